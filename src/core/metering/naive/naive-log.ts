import {
  readNaiveBlock,
  type BlockCodec,
  type BlockFinding,
  type DirectoryEntry,
  type StoredBlock,
} from './naive-block.ts'
import { readElements, readNaiveEvent, type NaiveEvent } from './naive-event.ts'
import { naiveHash } from './naive-hash.ts'

/** A row of the log as it is stored. */
export interface StoredChunk {
  seq: number
  count: number
  timeMin: number
  timeMax: number
  acceptedAtMax: number
  /** JSON array of [count, instant] of events that were accepted together. */
  acceptedRuns: string
  /** SHA-256 over the checksum before it and all other columns. */
  checksum: Uint8Array
  /** Four words an event, little-endian. */
  hashes: Uint8Array
  /** One word an event, little-endian: which ingest id it came under. */
  idIndexes: Uint8Array
  /** The events as received: a JSON array, compressed. */
  body: Uint8Array
}

/** What the log is written with, from outside of the core. */
export interface LogCodec extends BlockCodec {
  /** The text of a body. Throws where it is damaged. */
  inflate(body: Uint8Array): string
}

/** Something that is not as it was written. */
export interface Finding {
  /** The number of the chunk, or of the last one in a block. */
  seq: number
  problem: string
  /** Under which ingest ids the events are that it can concern, where that is certain; any if absent. */
  ingestIds?: string[]
}

export interface AcceptedEvent {
  /** The chunk that it was written with. */
  seq: number
  event: NaiveEvent
  acceptedAtMs: number
  /** Its place within the chunk. */
  index: number
}

/** After which chunk a log is read; what is before is taken as given. */
export interface LogStart {
  /** The number of the chunk, or of the last one in a block. */
  seq: number
  /** That of this chunk. */
  checksum: Uint8Array
  /** That of the last block up to there; empty for none. */
  blockChecksum: Uint8Array
  /** Whether a chunk goes before, so that no block can follow. */
  isAmongChunks: boolean
}

const BEGINNING: LogStart = {
  seq: 0,
  checksum: new Uint8Array(),
  blockChecksum: new Uint8Array(),
  isAmongChunks: false,
}

/**
 * Reads a log from its beginning, or from somewhere on, and proves that each chunk is whole and
 * follows the one before.
 */
export class NaiveLog {
  readonly findings: Finding[] = []
  private readonly codec: LogCodec
  private seq: number
  private checksum: Uint8Array
  private blockChecksum: Uint8Array
  private hasChunks: boolean

  constructor(codec: LogCodec, start: LogStart = BEGINNING) {
    this.codec = codec
    this.seq = start.seq
    this.checksum = start.checksum
    this.blockChecksum = start.blockChecksum
    this.hasChunks = start.isAmongChunks
  }

  /**
   * The events of the next chunk that can be read, in the order of acceptance.
   * @param ingestIds the ingest ids that its indexes stand for
   */
  read(chunk: StoredChunk, ingestIds: ReadonlyMap<number, string>): AcceptedEvent[] {
    this.close(chunk.seq - 1)
    if (!isSame(chunk.checksum, this.codec.sha256(sealedBytes(this.checksum, chunk)))) {
      this.report(chunk, 'the checksum is not that of the chunk and the one before it')
    }
    this.seq = chunk.seq
    this.checksum = chunk.checksum
    this.hasChunks = true
    const elements = this.readBody(chunk)
    const events = elements.map(readNaiveEvent)
    const acceptedAt = this.readAcceptance(chunk, elements.length)
    this.checkTimes(chunk, events)
    this.checkColumns(chunk, events, ingestIds)
    return events.flatMap((event, i) =>
      typeof event === 'string'
        ? []
        : [
            {
              seq: chunk.seq,
              index: i,
              event,
              acceptedAtMs: acceptedAt[i] ?? chunk.acceptedAtMax,
            },
          ],
    )
  }

  /** Whether the log was sealed meanwhile: blocks have no part that was read, and no chunk before. */
  isRearranged({ firstSeq }: StoredBlock): boolean {
    return firstSeq <= this.seq || this.hasChunks
  }

  /**
   * The same for a sealed part of the log: all of them come before the first chunk.
   * @param asked the ingest ids whose events are read; everybody's if omitted
   */
  readBlock(
    block: StoredBlock,
    ingestIds: ReadonlyMap<number, string>,
    asked?: AskedIds,
  ): AcceptedEvent[] {
    this.close(block.firstSeq - 1)
    const indexes = asked && indexesOf(ingestIds, asked)
    const isAsked =
      indexes &&
      (({ idMin, idMax }: DirectoryEntry) =>
        indexes.some((index) => idMin <= index && index <= idMax))
    const read = readNaiveBlock(block, this.blockChecksum, this.codec, isAsked)
    const { events, doubted, findings } = read
    this.findings.push(...findings.map((finding) => nameIds(finding, ingestIds, asked)))
    this.seq = block.lastSeq
    this.checksum = block.logChecksum
    this.blockChecksum = block.checksum
    const misplaced = new Places()
    for (const each of events) {
      const { seq, index, idIndex, event } = each
      if (doubted.has(each) || ingestIds.get(idIndex) === event.ingestId) continue
      misplaced.add(`${index} of chunk ${seq}`, OTHER_ID)
    }
    const { problem } = misplaced
    if (problem !== null) this.findings.push({ seq: block.lastSeq, problem })
    return events
  }

  /** Says that the log was read up to here: what did not come is missing. */
  close(seq: number): void {
    const [from, count] = [this.seq + 1, seq - this.seq]
    if (count === 1) this.findings.push({ seq: from, problem: 'the chunk is missing' })
    if (count > 1) {
      this.findings.push({ seq: from, problem: `the chunks ${from} to ${seq} are missing` })
    }
    this.seq = Math.max(this.seq, seq)
  }

  private readBody(chunk: StoredChunk) {
    let text: string
    try {
      text = this.codec.inflate(chunk.body)
    } catch {
      this.report(chunk, 'the body cannot be decompressed')
      return []
    }
    const elements = readElements(text)
    if (elements === null) this.report(chunk, 'the body is no JSON array')
    else if (elements.length !== chunk.count) {
      this.report(chunk, `the body has ${elements.length} events instead of ${chunk.count}`)
    }
    return elements ?? []
  }

  private readAcceptance(chunk: StoredChunk, count: number): number[] {
    const runs = readRuns(chunk.acceptedRuns) ?? []
    const total = runs.reduce((sum, [length]) => sum + length, 0)
    const last = Math.max(...runs.map(([, ms]) => ms))
    if (total !== count || last !== chunk.acceptedAtMax) {
      this.report(chunk, 'the times of acceptance are not those of its events')
    }
    if (total !== count) return []
    return runs.flatMap(([length, ms]) => Array.from({ length }, () => ms))
  }

  private checkTimes(chunk: StoredChunk, events: (NaiveEvent | string)[]): void {
    let [min, max] = [Infinity, -Infinity]
    for (const event of events) {
      if (typeof event === 'string') continue
      min = Math.min(min, event.time.ms)
      max = Math.max(max, event.time.ms)
    }
    if (min === chunk.timeMin && max === chunk.timeMax) return
    this.report(chunk, 'the range of timestamps is not that of its events')
  }

  private checkColumns(
    chunk: StoredChunk,
    events: (NaiveEvent | string)[],
    ingestIds: ReadonlyMap<number, string>,
  ): void {
    const [hashes, indexes] = [readWords(chunk.hashes), readWords(chunk.idIndexes)]
    if (hashes.length !== events.length * 4) this.report(chunk, 'the number of hashes is wrong')
    if (indexes.length !== events.length) this.report(chunk, 'the number of ingest ids is wrong')
    const [invalid, misnamed, misplaced] = [new Places(), new Places(), new Places()]
    for (const [i, event] of events.entries()) {
      if (typeof event === 'string') {
        invalid.add(i, event)
        continue
      }
      if (naiveHash(event.transactionId).some((word, j) => word !== hashes[i * 4 + j])) {
        misnamed.add(i, 'its hash is not that of its transaction_id')
      }
      if (ingestIds.get(indexes[i] ?? -1) !== event.ingestId) {
        misplaced.add(i, OTHER_ID)
      }
    }
    for (const { problem } of [invalid, misnamed, misplaced]) {
      if (problem !== null) this.report(chunk, problem)
    }
  }

  private report({ seq }: StoredChunk, problem: string): void {
    this.findings.push({ seq, problem })
  }
}

/** Some ingest ids. */
export type AskedIds = Pick<ReadonlySet<string>, 'has'>

function indexesOf(ingestIds: ReadonlyMap<number, string>, asked: AskedIds): number[] {
  return [...ingestIds].flatMap(([index, ingestId]) => (asked.has(ingestId) ? [index] : []))
}

/** The ids of a range, of those that are asked for. */
function nameIds(
  { idRange, ...finding }: BlockFinding,
  ingestIds: ReadonlyMap<number, string>,
  asked: AskedIds | undefined,
): Finding {
  if (idRange === undefined) return finding
  const concerned = [...ingestIds].flatMap(([index, ingestId]) =>
    idRange.min <= index && index <= idRange.max && asked?.has(ingestId) !== false
      ? [ingestId]
      : [],
  )
  return { ...finding, ingestIds: concerned }
}

const OTHER_ID = 'it is counted under another customer_id than its own'

/** Events of a chunk with the same kind of problem: the first is told, the others are counted. */
class Places {
  private first: string | null = null
  private count = 0

  add(place: number | string, problem: string): void {
    this.first ??= `event ${place}: ${problem}`
    this.count++
  }

  get problem(): string | null {
    return this.count < 2 ? this.first : `${this.first} (and ${this.count - 1} more like it)`
  }
}

function sealedBytes(checksumBefore: Uint8Array, chunk: StoredChunk): Uint8Array[] {
  const { seq, count, timeMin, timeMax, acceptedAtMax, acceptedRuns } = chunk
  const numbers = JSON.stringify([seq, count, timeMin, timeMax, acceptedAtMax, acceptedRuns])
  const text = new TextEncoder().encode(numbers)
  return [checksumBefore, text, chunk.hashes, chunk.idIndexes, chunk.body]
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function readRuns(text: string): [count: number, acceptedAtMs: number][] | null {
  try {
    const runs = JSON.parse(text) as [number, number][]
    const isRun = (run: unknown) =>
      Array.isArray(run) && run.length === 2 && run.every(Number.isSafeInteger) && run[0] > 0
    return Array.isArray(runs) && runs.every(isRun) ? runs : null
  } catch {
    return null
  }
}

function readWords(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Math.floor(bytes.byteLength / 4)
  return Array.from({ length }, (_, i) => view.getUint32(i * 4, true))
}
