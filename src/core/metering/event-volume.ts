import { floorTo } from '../time.ts'

/** How many events of one ingest id and type there are in one unit of time. */
export interface VolumeEntry {
  /** Since the epoch, in units. */
  unit: number
  idIndex: number
  eventType: string
  /** Those that count, and how many of them feed some metric. */
  accepted: number
  fed: number
  /** Those that are another's duplicate, and how many of them feed some metric. */
  duplicates: number
  fedDuplicates: number
}

/** An event, as far as it is counted. */
export interface CountedEvent {
  timestampMs: number
  idIndex: number
  eventType: string
  isDuplicate: boolean
  isFed: boolean
}

/** Counts events by hour (or another unit), ingest id and type. */
export class VolumeTally {
  readonly unitMs: number
  private readonly byKey = new Map<string, VolumeEntry>()

  constructor(unitMs: number) {
    this.unitMs = unitMs
  }

  get size(): number {
    return this.byKey.size
  }

  add({ timestampMs, idIndex, eventType, isDuplicate, isFed }: CountedEvent): void {
    const unit = Math.floor(timestampMs / this.unitMs)
    const key = `${unit}/${idIndex}/${eventType}`
    let entry = this.byKey.get(key)
    if (entry === undefined) {
      const none = { accepted: 0, fed: 0, duplicates: 0, fedDuplicates: 0 }
      this.byKey.set(key, (entry = { unit, idIndex, eventType, ...none }))
    }
    const fed = isFed ? 1 : 0
    if (isDuplicate) {
      entry.duplicates++
      entry.fedDuplicates += fed
    } else {
      entry.accepted++
      entry.fed += fed
    }
  }

  entries(): Iterable<VolumeEntry> {
    return this.byKey.values()
  }
}

/** Entries as they are stored: a few numbers each, types by their places in a list. */
type StoredVolume = [types: string[], rows: number[][]]

export function encodeVolume(entries: Iterable<VolumeEntry>): string {
  const types = new Map<string, number>()
  const rows: number[][] = []
  for (const { unit, idIndex, eventType, accepted, fed, duplicates, fedDuplicates } of entries) {
    if (!types.has(eventType)) types.set(eventType, types.size)
    rows.push([unit, idIndex, types.get(eventType)!, accepted, fed, duplicates, fedDuplicates])
  }
  const stored: StoredVolume = [[...types.keys()], rows]
  return JSON.stringify(stored)
}

export function decodeVolume(text: string): VolumeEntry[] {
  const [types, rows] = JSON.parse(text) as StoredVolume
  return rows.map((row) => {
    const [unit, idIndex, type, accepted, fed, duplicates, fedDuplicates] = row as Row
    const counts = { accepted, fed, duplicates, fedDuplicates }
    return { unit, idIndex, eventType: types[type]!, ...counts }
  })
}

type Row = [number, number, number, number, number, number, number]

/** How many events there are in a window. */
export interface WindowVolume {
  startMs: number
  accepted: number
  duplicates: number
  /** Of the accepted ones, those that nobody or no metric counts. */
  unmatched: number
}

export interface VolumeQuestion {
  unitMs: number
  /** A multiple of the unit, from the epoch on. */
  windowMs: number
  /** Both on the borders of windows. */
  startMs: number
  endMs: number
  idIndexes?: ReadonlySet<number>
  eventTypes?: ReadonlySet<string>
  /** Only events that feed a metric are asked for. */
  isFedOnly: boolean
  /** Whether nobody holds an ingest id. */
  isUnknown: (idIndex: number) => boolean
}

/** Adds entries up to the volumes of windows, of which those without events are left out. */
export function addToWindows(
  windows: Map<number, WindowVolume>,
  entries: Iterable<VolumeEntry>,
  question: VolumeQuestion,
): void {
  const { unitMs, windowMs, startMs, endMs, idIndexes, eventTypes, isFedOnly } = question
  for (const entry of entries) {
    const atMs = entry.unit * unitMs
    if (atMs < startMs || atMs >= endMs) continue
    if (idIndexes?.has(entry.idIndex) === false) continue
    if (eventTypes?.has(entry.eventType) === false) continue
    const accepted = isFedOnly ? entry.fed : entry.accepted
    const duplicates = isFedOnly ? entry.fedDuplicates : entry.duplicates
    if (accepted + duplicates === 0) continue
    const unfed = accepted - entry.fed
    const unmatched = question.isUnknown(entry.idIndex) ? accepted : unfed
    const window = floorTo(atMs, windowMs)
    const volume = windows.get(window) ?? emptyWindow(window)
    windows.set(window, volume)
    volume.accepted += accepted
    volume.duplicates += duplicates
    volume.unmatched += unmatched
  }
}

export function emptyWindow(startMs: number): WindowVolume {
  return { startMs, accepted: 0, duplicates: 0, unmatched: 0 }
}
