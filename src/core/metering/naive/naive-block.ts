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

/** What a block's directory tells of a segment. */
export interface DirectoryEntry {
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

/** Whom a damaged segment concerns is told where its range has no more indexes than this. */
export const ID_RANGE_MAX = 100_000

/** Everything of a block is read. */
const ALL = () => true

/** What is wrong with a block. */
export interface BlockFinding extends Finding {
  /** Which indexes of ingest ids it can concern, where that is certain; any if absent. */
  idRange?: { min: number; max: number }
}

export interface ReadBlock {
  events: NaiveSealedEvent[]
  /** Those of them whose segment is damaged, of which the directory says whose it was. */
  doubted: ReadonlySet<NaiveSealedEvent>
  findings: BlockFinding[]
}

/**
 * The events of a block in the order of the log, with what is wrong with it. Segments that nobody
 * asks for are proven by their SHA-256 alone: what the directory tells of them is taken from it.
 * Where the checksum proves the directory, a damaged segment concerns only who is in its range.
 * @param checksumBefore that of the block before; empty for the first
 * @param isAsked whether a segment can have events that are asked for
 */
export function readNaiveBlock(
  block: StoredBlock,
  checksumBefore: Uint8Array,
  codec: BlockCodec,
  isAsked: (entry: DirectoryEntry) => boolean = ALL,
): ReadBlock {
  const problems: string[] = []
  const isSame = hex(codec.sha256(sealedBytes(checksumBefore, block))) === hex(block.checksum)
  if (!isSame) problems.push('the checksum is not that of the block and the one before it')
  const sound: NaiveSealedEvent[] = []
  const doubted: NaiveSealedEvent[] = []
  const unproven: BlockFinding[] = []
  const taken: DirectoryEntry[] = []
  let from = 0
  for (const [number, entry] of readDirectory(block.directory, problems).entries()) {
    const bytes = block.body.subarray(from, from + entry.bytes)
    from += entry.bytes
    const segment: StoredSegment = { entry, number, bytes }
    const own: string[] = []
    proveBytes(segment, codec, own)
    const isDoubted = isSame && own.length > 0
    const isRead = isAsked(entry)
    const target = isDoubted ? doubted : sound
    if (isRead) target.push(...readSegment(segment, codec, own))
    if (isDoubted || !isRead) taken.push(entry)
    if (!isDoubted) problems.push(...own)
    else unproven.push(...own.map((problem) => doubtOf(block, entry, problem)))
  }
  sound.sort(compareInLog)
  if (taken.length === 0) checkPlaces(block, sound, problems)
  else checkOrder(block, sound, problems)
  checkRanges(block, sound, taken, problems)
  const whole = problems.map((problem) => ({ seq: block.lastSeq, problem }))
  return {
    events: [...sound, ...doubted].sort(compareInLog),
    doubted: new Set(doubted),
    findings: [...unproven, ...whole],
  }
}

function doubtOf(
  { lastSeq }: StoredBlock,
  { idMin, idMax }: DirectoryEntry,
  problem: string,
): BlockFinding {
  const isTold = idMax - idMin < ID_RANGE_MAX
  return { seq: lastSeq, problem, ...(isTold && { idRange: { min: idMin, max: idMax } }) }
}

function compareInLog(a: NaiveSealedEvent, b: NaiveSealedEvent): number {
  return a.seq - b.seq || a.index - b.index
}

interface StoredSegment {
  entry: DirectoryEntry
  number: number
  bytes: Uint8Array
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

function proveBytes(
  { entry, number, bytes }: StoredSegment,
  codec: BlockCodec,
  problems: string[],
): void {
  const report = (problem: string) => problems.push(`segment ${number}: ${problem}`)
  if (bytes.length !== entry.bytes) report('it is not there, or not all of it')
  else if (hex(codec.sha256([bytes])) !== entry.sha256) report('its SHA-256 is another')
}

function readSegment(
  { entry, number, bytes }: StoredSegment,
  codec: BlockCodec,
  problems: string[],
): NaiveSealedEvent[] {
  const report = (problem: string) => problems.push(`segment ${number}: ${problem}`)
  let events: NaiveSealedEvent[]
  try {
    events = readNaiveSegment(bytes.slice(), (column) => codec.inflateColumn(column))
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

/** The same where events in between were not read, or not to be trusted: each is of the block, and there once. */
function checkOrder(block: StoredBlock, events: NaiveSealedEvent[], problems: string[]): void {
  for (const [i, event] of events.entries()) {
    const before = events[i - 1]
    if (event.seq < block.firstSeq || event.seq > block.lastSeq) {
      problems.push(`event ${event.index} of chunk ${event.seq} is of another block`)
      return
    }
    if (before?.seq === event.seq && before.index === event.index) {
      problems.push(`event ${event.index} of chunk ${event.seq} is there twice`)
      return
    }
  }
}

function checkRanges(
  block: StoredBlock,
  events: NaiveSealedEvent[],
  unread: readonly DirectoryEntry[],
  problems: string[],
): void {
  const count = unread.reduce((sum, entry) => sum + entry.count, events.length)
  if (count !== block.count) {
    problems.push(`the block has ${count} events instead of ${block.count}`)
  }
  let [timeMin, timeMax, acceptedAtMax] = [Infinity, -Infinity, -Infinity]
  for (const { event, acceptedAtMs } of events) {
    timeMin = Math.min(timeMin, event.time.ms)
    timeMax = Math.max(timeMax, event.time.ms)
    acceptedAtMax = Math.max(acceptedAtMax, acceptedAtMs)
  }
  for (const entry of unread) {
    timeMin = Math.min(timeMin, entry.timeMin)
    timeMax = Math.max(timeMax, entry.timeMax)
  }
  if (timeMin !== block.timeMin || timeMax !== block.timeMax) {
    problems.push('the range of timestamps is not that of its events')
  }
  const isLatestRead = acceptedAtMax === block.acceptedAtMax
  // The directory does not tell of acceptance, so the latest may be in a segment that was not read.
  if (!isLatestRead && (unread.length === 0 || acceptedAtMax > block.acceptedAtMax)) {
    problems.push('the times of acceptance are not those of its events')
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (256 + byte).toString(16).slice(1)).join('')
}
