import { compareCodePoints } from '../code-point.ts'
import type { NaiveLookback } from './naive-lookback.ts'
import type { NaiveSubject } from './naive-usage.ts'

/** Where an event is. */
export interface NaivePlace {
  meter: string
  /** Number of its chunk. */
  seq: number
  /** Place within the chunk. */
  index: number
}

interface Acceptance extends NaivePlace {
  acceptedAtMs: number
  timeMs: number
}

const ACCEPTANCE_BYTES = 250

/**
 * Tells which events of a customer do not count where they are in several logs: of those with one
 * transaction id the first accepted counts, and others only when the lifetime has passed since the
 * last one that counted (EV-40, EV-41, EV-43). A log tells by itself what came first in it; several
 * are put in order by the time of acceptance, the meters' names and the places.
 */
export class NaiveDuplicates {
  private readonly subject: Pick<NaiveSubject, 'ingestIds' | 'lifetimeMs'>
  private readonly accepted = new Map<string, Acceptance[]>()
  /** About what they take in memory. */
  bytes = 0

  constructor(subject: Pick<NaiveSubject, 'ingestIds' | 'lifetimeMs'>) {
    this.subject = subject
  }

  add(
    event: { ingestId: string; transactionId: string; time: { ms: number } },
    acceptedAtMs: number,
    place: NaivePlace,
  ): void {
    if (!this.subject.ingestIds.has(event.ingestId)) return
    const acceptance = { ...place, acceptedAtMs, timeMs: event.time.ms }
    this.bytes += ACCEPTANCE_BYTES + 2 * event.transactionId.length
    const same = this.accepted.get(event.transactionId)
    if (same === undefined) this.accepted.set(event.transactionId, [acceptance])
    else same.push(acceptance)
  }

  /**
   * The places of those that do not count, as `placeText` gives them.
   * @param lookback is told of all of them, where logs are not read from their beginning
   */
  uncounted(lookback: NaiveLookback | null = null): Set<string> {
    const found = new Set<string>()
    for (const [transactionId, same] of this.accepted) {
      const isOneLog = new Set(same.map(({ meter }) => meter)).size === 1
      const ordered = same.toSorted((a, b) => {
        if (!isOneLog) {
          if (a.acceptedAtMs !== b.acceptedAtMs) return a.acceptedAtMs - b.acceptedAtMs
          if (a.meter !== b.meter) return compareCodePoints(a.meter, b.meter)
        }
        return a.seq === b.seq ? a.index - b.index : a.seq - b.seq
      })
      let last: number | null = null
      for (const { acceptedAtMs, timeMs, ...place } of ordered) {
        lookback?.note(transactionId, timeMs, acceptedAtMs)
        if (last !== null && acceptedAtMs < last + this.subject.lifetimeMs) {
          found.add(placeText(place))
        } else last = acceptedAtMs
      }
    }
    return found
  }
}

export function placeText({ meter, seq, index }: NaivePlace): string {
  return `${meter} ${seq} ${index}`
}
