import { compareCodePoints } from '../../metering/code-point.ts'

const SAMPLES_MAX = 5
const SAMPLE_CHARACTERS_MAX = 40

/** What an evaluation made NULL because there was no right value, as plain data. */
export interface DiagnosticCounts {
  /** Texts that were to be numbers, timestamps or booleans and are none. */
  badNumbers: number
  badTimestamps: number
  badBooleans: number
  /** Numbers too wide for the DECIMAL that they were cast to. */
  overflows: number
  divisionsByZero: number
  /**
   * Some of the bad texts, cut to 40 characters: the least five by code point, so that they do not
   * depend on the order of rows.
   */
  samples: string[]
}

/** Counts what became NULL while a query ran. Mergeable in any order. */
export class Diagnostics implements DiagnosticCounts {
  badNumbers = 0
  badTimestamps = 0
  badBooleans = 0
  overflows = 0
  divisionsByZero = 0
  samples: string[] = []

  badText(kind: 'badNumbers' | 'badTimestamps' | 'badBooleans', text: string): void {
    this[kind]++
    this.#keepSample(text.length > SAMPLE_CHARACTERS_MAX ? shortened(text) : text)
  }

  merge(other: DiagnosticCounts): void {
    this.badNumbers += other.badNumbers
    this.badTimestamps += other.badTimestamps
    this.badBooleans += other.badBooleans
    this.overflows += other.overflows
    this.divisionsByZero += other.divisionsByZero
    for (const sample of other.samples) this.#keepSample(sample)
  }

  counts(): DiagnosticCounts {
    return { ...this, samples: [...this.samples] }
  }

  #keepSample(sample: string): void {
    const { samples } = this
    const last = samples[SAMPLES_MAX - 1]
    if (last !== undefined && compareCodePoints(sample, last) >= 0) return
    if (samples.includes(sample)) return
    const place = samples.findIndex((other) => compareCodePoints(sample, other) < 0)
    samples.splice(place < 0 ? samples.length : place, 0, sample)
    if (samples.length > SAMPLES_MAX) samples.pop()
  }
}

/** No surrogate pair is cut in two. */
function shortened(text: string): string {
  return Array.from(text.slice(0, SAMPLE_CHARACTERS_MAX * 2))
    .slice(0, SAMPLE_CHARACTERS_MAX)
    .join('')
}
