import { parseWrittenJson } from '../core/json-number.ts'
import { clusterEntries, encodeSegments, type EncodedSegment } from '../core/metering/block.ts'
import { acceptedTimes, type Chunk } from '../core/metering/chunk.ts'
import { storedEvent } from '../core/metering/event.ts'
import { Segment } from '../core/metering/segment-reader.ts'
import type { SegmentEntry } from '../core/metering/segment.ts'
import {
  readLastBlock,
  readSegmentRow,
  SEGMENT_CODEC,
  sha256Hex,
  type Block,
} from './meter-blocks.ts'
import { chunkChecksum, type ChunkRow } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { SealPolicy } from './meter-seal-plan.ts'
import { expandText } from './text-codec.ts'

/** Reading a chunk costs something for itself, and by its text: both bound a turn to some 10 ms. */
const TURN_CHUNKS = 100
const TURN_UNITS = 300_000

/** What a block will hold, as it is gathered. */
export class BlockDraft {
  private readonly memory: MeterMemory
  /** Chunks after this one stay. */
  readonly upTo: number
  private readonly entries: SegmentEntry[] = []
  readonly absorbed: Block[] = []
  /** The first of the chunks, not of what is absorbed. */
  readonly firstChunk: number
  lastSeq: number
  logChecksum: Uint8Array
  units = 0
  chunkBytes = 0
  chunkEvents = 0
  timeMin = Infinity
  timeMax = -Infinity
  acceptedAtMax = -Infinity

  constructor(memory: MeterMemory) {
    this.memory = memory
    // What is not in the checkpoint is counted again at a start, and that reads chunks.
    this.upTo = memory.checkpoint
    const block = readLastBlock(memory.sql)
    this.lastSeq = block?.lastSeq ?? 0
    this.firstChunk = this.lastSeq + 1
    this.logChecksum = block?.logChecksum ?? new Uint8Array()
  }

  get count(): number {
    return this.entries.length
  }

  get firstSeq(): number {
    return this.absorbed.at(-1)?.firstSeq ?? this.firstChunk
  }

  /** Takes a turn's worth of chunks in; false when none is left. */
  takeChunks({ blockEvents, blockUnits }: SealPolicy): boolean {
    const unitsBefore = this.units
    const rows = this.memory.sql
      .exec<ChunkRow>(
        'SELECT * FROM chunks WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
        this.lastSeq,
        this.upTo,
        TURN_CHUNKS,
      )
      .toArray()
    for (const row of rows) {
      this.takeChunk(row)
      if (this.count >= blockEvents || this.units >= blockUnits) return false
      if (this.units - unitsBefore >= TURN_UNITS) return true
    }
    return rows.length === TURN_CHUNKS
  }

  private takeChunk(row: ChunkRow): void {
    const { seq, count, time_min, time_max, accepted_at_max, accepted_runs, body } = row
    const blobs = [row.hashes, row.id_indexes, body].map((blob) => new Uint8Array(blob))
    const numbers = [seq, count, time_min, time_max, accepted_at_max, accepted_runs]
    const checksum = chunkChecksum(this.logChecksum, { numbers, blobs })
    const isWhole = seq === this.lastSeq + 1 && isSame(checksum, new Uint8Array(row.checksum))
    if (!isWhole) this.refuse(`chunk ${this.lastSeq + 1} is missing or not as it was written`)
    const text = expandText(body)
    const raws = parseWrittenJson(text) as object[]
    const idIndexes = new Uint32Array(row.id_indexes)
    const acceptedAt = acceptedTimes(JSON.parse(accepted_runs) as Chunk['acceptedRuns'])
    if (raws.length !== count) this.refuse(`chunk ${seq} does not have its ${count} events`)
    for (let index = 0; index < raws.length; index++) {
      const raw = raws[index]!
      const { timestampMs } = storedEvent(raw)
      const [idIndex, acceptedAtMs] = [idIndexes[index]!, acceptedAt[index]!]
      this.entries.push({ seq, index, idIndex, acceptedAtMs, timestampMs, raw })
    }
    this.lastSeq = seq
    this.logChecksum = checksum
    this.units += text.length
    this.chunkBytes += row.hashes.byteLength + row.id_indexes.byteLength + body.byteLength
    this.chunkEvents += count
    this.widen({ timeMin: time_min, timeMax: time_max, acceptedAtMax: accepted_at_max })
  }

  takeSegment({ lastSeq, directory }: Block, number: number): void {
    const bytes = readSegmentRow(this.memory.sql, lastSeq, number)
    if (bytes === null || sha256Hex(bytes) !== directory[number]!.sha256) {
      this.refuse(`segment ${number} of the block up to chunk ${lastSeq} is not as it was written`)
    }
    const segment = new Segment(bytes, SEGMENT_CODEC, parseWrittenJson)
    for (const { event, raw, seq, index, idIndex, acceptedAtMs } of segment.events()) {
      const { timestampMs } = event
      this.entries.push({ seq, index, idIndex, acceptedAtMs, timestampMs, raw: raw as object })
    }
  }

  takeBlock(block: Block): void {
    this.absorbed.push(block)
    this.units += block.units
    this.widen(block)
  }

  encode(policy: SealPolicy): Generator<EncodedSegment> {
    // Large events make segments of fewer, so that they seldom have to be cut after all.
    const unitsEach = Math.ceil(this.units / this.count)
    const eventsMax = Math.ceil(policy.segmentBytes / unitsEach)
    const bounds = {
      eventsMax: Math.min(policy.segmentEvents, eventsMax),
      bytesMax: policy.segmentBytes,
    }
    return encodeSegments(clusterEntries(this.entries), bounds, SEGMENT_CODEC)
  }

  private widen(part: { timeMin: number; timeMax: number; acceptedAtMax: number }): void {
    this.timeMin = Math.min(this.timeMin, part.timeMin)
    this.timeMax = Math.max(this.timeMax, part.timeMax)
    this.acceptedAtMax = Math.max(this.acceptedAtMax, part.acceptedAtMax)
  }

  /** A log that is damaged stays as it is, for whoever looks into it. */
  private refuse(problem: string): never {
    const { sealing, meterName } = this.memory
    sealing.isDamaged = true
    throw new Error(`The log of meter ${meterName} is damaged and is not sealed: ${problem}.`)
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
