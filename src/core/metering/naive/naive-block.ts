import type { Finding } from './naive-log.ts'
import { readNaiveSegment, type NaiveSealedEvent } from './naive-segment.ts'

/** A sealed part of the log as it is stored: it took the place of chunks. */
export interface StoredBlock {
  firstSeq: number
  lastSeq: number
  count: number
  units: number
  timeMin: number
  timeMax: number
  acceptedAtMax: number
  /** The checksum of the last of the chunks. */
  logChecksum: Uint8Array
  /** SHA-256 over the checksum of the block before and all other columns. */
  checksum: Uint8Array
  /** JSON array that tells of each segment how long it is, its SHA-256 and what it holds. */
  directory: string
  /** The segments, one after the other. */
  body: Uint8Array
}

interface DirectoryEntry {
  count: number
  idMin: number
  idMax: number
  timeMin: number
  timeMax: number
  bytes: number
  sha256: string
}

/** What a block is read with, from outside of the core. */
export interface BlockCodec {
  sha256(parts: Uint8Array[]): Uint8Array
  /** Decompresses a column. Throws where it is damaged. */
  inflateColumn(bytes: Uint8Array): Uint8Array
}

/**
 * The events of a block in the order of the log, with what is wrong with it.
 * @param checksumBefore that of the block before; empty for the first
 */
export function readNaiveBlock(
  block: StoredBlock,
  checksumBefore: Uint8Array,
  codec: BlockCodec,
): { events: NaiveSealedEvent[]; findings: Finding[] } {
  const problems: string[] = []
  if (hex(codec.sha256(sealedBytes(checksumBefore, block))) !== hex(block.checksum)) {
    problems.push('the checksum is not that of the block and the one before it')
  }
  const events = readDirectory(block.directory, problems).flatMap((entry, number, entries) => {
    const from = entries.slice(0, number).reduce((sum, { bytes }) => sum + bytes, 0)
    const bytes = block.body.slice(from, from + entry.bytes)
    return readSegment({ entry, number, bytes }, codec, problems)
  })
  events.sort((a, b) => a.seq - b.seq || a.index - b.index)
  checkPlaces(block, events, problems)
  checkRanges(block, events, problems)
  return { events, findings: problems.map((problem) => ({ seq: block.lastSeq, problem })) }
}

function sealedBytes(checksumBefore: Uint8Array, block: StoredBlock): Uint8Array[] {
  const { firstSeq, lastSeq, count, units, timeMin, timeMax, acceptedAtMax, directory } = block
  const columns = [firstSeq, lastSeq, count, units, timeMin, timeMax, acceptedAtMax, directory]
  return [checksumBefore, new TextEncoder().encode(JSON.stringify(columns)), block.logChecksum]
}

function readDirectory(text: string, problems: string[]): DirectoryEntry[] {
  try {
    const entries = JSON.parse(text) as DirectoryEntry[]
    if (Array.isArray(entries) && entries.every(({ bytes }) => Number.isSafeInteger(bytes))) {
      return entries
    }
  } catch {
    // Told below, as one that is no list.
  }
  problems.push('the directory is no list of segments')
  return []
}

function readSegment(
  { entry, number, bytes }: { entry: DirectoryEntry; number: number; bytes: Uint8Array },
  codec: BlockCodec,
  problems: string[],
): NaiveSealedEvent[] {
  const report = (problem: string) => problems.push(`segment ${number}: ${problem}`)
  if (bytes.length !== entry.bytes) report('it is not there, or not all of it')
  else if (hex(codec.sha256([bytes])) !== entry.sha256) report('its SHA-256 is another')
  let events: NaiveSealedEvent[]
  try {
    events = readNaiveSegment(bytes, (column) => codec.inflateColumn(column))
  } catch (error) {
    report(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
  const found = {
    count: events.length,
    idMin: Math.min(...events.map(({ idIndex }) => idIndex)),
    idMax: Math.max(...events.map(({ idIndex }) => idIndex)),
    timeMin: Math.min(...events.map(({ event }) => event.time.ms)),
    timeMax: Math.max(...events.map(({ event }) => event.time.ms)),
  }
  const { count, idMin, idMax, timeMin, timeMax } = entry
  if (JSON.stringify(found) !== JSON.stringify({ count, idMin, idMax, timeMin, timeMax })) {
    report('the directory tells otherwise of its events')
  }
  const isClustered = events.every(({ idIndex }, i) => i === 0 || events[i - 1]!.idIndex <= idIndex)
  if (!isClustered) report('its events are not in the order of their ingest ids')
  return events
}

/** Each chunk must be there, with its events from the first on, each once. */
function checkPlaces(block: StoredBlock, events: NaiveSealedEvent[], problems: string[]): void {
  let [seq, index] = [block.firstSeq - 1, 0]
  for (const event of events) {
    const isNext =
      event.seq === seq ? event.index === index : event.seq === seq + 1 && event.index === 0
    if (!isNext) {
      problems.push(
        `after event ${index - 1} of chunk ${seq} comes event ${event.index} of chunk ${event.seq}`,
      )
      return
    }
    seq = event.seq
    index = event.index + 1
  }
  if (seq !== block.lastSeq) problems.push(`the events end with chunk ${seq}`)
}

function checkRanges(block: StoredBlock, events: NaiveSealedEvent[], problems: string[]): void {
  if (events.length !== block.count) {
    problems.push(`the block has ${events.length} events instead of ${block.count}`)
  }
  let [timeMin, timeMax, acceptedAtMax] = [Infinity, -Infinity, -Infinity]
  for (const { event, acceptedAtMs } of events) {
    timeMin = Math.min(timeMin, event.time.ms)
    timeMax = Math.max(timeMax, event.time.ms)
    acceptedAtMax = Math.max(acceptedAtMax, acceptedAtMs)
  }
  if (timeMin !== block.timeMin || timeMax !== block.timeMax) {
    problems.push('the range of timestamps is not that of its events')
  }
  if (acceptedAtMax !== block.acceptedAtMax) {
    problems.push('the times of acceptance are not those of its events')
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (256 + byte).toString(16).slice(1)).join('')
}
