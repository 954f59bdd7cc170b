import { VolumeTally, type VolumeEntry } from '../core/metering/event-volume.ts'
import { storedEvent } from '../core/metering/event.ts'
import { readDuplicates } from './meter-duplicates.ts'
import { readChunks } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import { suppressedPlaces } from './meter-suppression.ts'
import type { Counting } from './meter-volume.ts'

/** What is counted of the log and of duplicates before other calls have their turn. */
const SLICE_EVENTS = 1_000
/** An event that has to be parsed costs as much as so many of a sealed block. */
const PARSED_WORK = 5
/** So many questions are remembered, with so many counts in all: they are in the meter's memory. */
const QUESTIONS_MAX = 3
const ENTRIES_MAX = 200_000

/** What was counted for a question of what is not sealed: it goes on from there. */
interface Remembered {
  /** The chunks from one up to another, while these events of them do not count. */
  firstSeq: number
  lastSeq: number
  suppressions: number
  tally: VolumeTally
  /** By row of duplicates. */
  duplicates: Map<number, VolumeEntry[]>
}

const remembered = new WeakMap<MeterMemory, Map<string, Remembered>>()

/**
 * Counts the chunks that are not sealed.
 * @returns the first of them: all before it is in blocks
 */
export async function countTail(counting: Counting): Promise<number> {
  const { memory } = counting
  for (;;) {
    const tail = recall(counting)
    const isWhole = tail.lastSeq >= memory.head.seq
    if (countEntries(memory) > ENTRIES_MAX) forgetOthers(counting)
    if (isWhole || counting.work <= 0 || tail.tally.size > ENTRIES_MAX) {
      if (!isWhole) counting.miss(readTimeMax(memory.sql, tail.lastSeq))
      counting.add(tail.tally.entries())
      return tail.firstSeq
    }
    countSlice(counting, tail)
    await scheduler.wait(0)
  }
}

function countSlice(counting: Counting, tail: Remembered): void {
  const { memory, isFed } = counting
  const { sql, head } = memory
  let events = 0
  for (const chunk of readChunks(sql, { after: tail.lastSeq, upTo: head.seq })) {
    const suppressed = suppressedPlaces(sql, { firstSeq: chunk.seq, lastSeq: chunk.seq })
    for (const { index, idIndex, event } of chunk.events) {
      const { timestampMs, eventType } = event
      const isDuplicate = suppressed.has(`${chunk.seq}/${index}`)
      tail.tally.add({ timestampMs, idIndex, eventType, isDuplicate, isFed: isFed(event) })
    }
    tail.lastSeq = chunk.seq
    events += chunk.events.length
    if (events >= SLICE_EVENTS) break
  }
  counting.work -= events * PARSED_WORK
}

/** What was counted so far, if it is so still. */
function recall({ memory, question, unitMs }: Counting): Remembered {
  const byQuestion = remembered.get(memory) ?? new Map<string, Remembered>()
  remembered.set(memory, byQuestion)
  const firstSeq = readSealedTo(memory.sql) + 1
  const { suppressions } = memory
  const known = byQuestion.get(question)
  if (known?.firstSeq === firstSeq && known.suppressions === suppressions) return known
  const duplicates = known?.duplicates ?? new Map<number, VolumeEntry[]>()
  const fresh = { firstSeq, lastSeq: firstSeq - 1, suppressions, tally: new VolumeTally(unitMs) }
  byQuestion.delete(question)
  for (const oldest of [...byQuestion.keys()].slice(0, -QUESTIONS_MAX + 1)) {
    byQuestion.delete(oldest)
  }
  const begun = { ...fresh, duplicates }
  byQuestion.set(question, begun)
  return begun
}

function countEntries(memory: MeterMemory): number {
  const questions = [...(remembered.get(memory)?.values() ?? [])]
  return questions.reduce((sum, { tally }) => sum + tally.size, 0)
}

function forgetOthers({ memory, question }: Counting): void {
  const byQuestion = remembered.get(memory)
  for (const other of byQuestion?.keys() ?? []) {
    if (other !== question) byQuestion?.delete(other)
  }
}

/** The last chunk that is in a block. */
export function readSealedTo(sql: SqlStorage): number {
  const { seq } = sql.exec<{ seq: number | null }>('SELECT max(last_seq) AS seq FROM blocks').one()
  return seq ?? 0
}

function readTimeMax(sql: SqlStorage, afterSeq: number): number {
  const { timeMax } = sql
    .exec<{ timeMax: number | null }>(
      'SELECT max(time_max) AS timeMax FROM chunks WHERE seq > ?',
      afterSeq,
    )
    .one()
  return timeMax ?? 0
}

/**
 * Counts the duplicates that the meter remembers.
 * @returns how many it does not remember any more
 */
export async function countDuplicates(counting: Counting): Promise<number> {
  const { memory, range } = counting
  const rows = memory.sql
    .exec<{ id: number; count: number; count_before: number }>(
      'SELECT id, count, count_before FROM duplicates ORDER BY id',
    )
    .toArray()
  const { duplicates: known } = recall(counting)
  const forgotten = rows[0]?.count_before ?? 0
  for (const id of known.keys()) if (id < (rows[0]?.id ?? Infinity)) known.delete(id)
  let slice = 0
  for (const { id, count } of rows) {
    let entries = known.get(id)
    if (entries === undefined) {
      if (counting.work <= 0) {
        counting.miss(range.endMs - 1)
        break
      }
      known.set(id, (entries = tallyDuplicates(counting, id)))
      counting.work -= count * PARSED_WORK
      slice += count
    }
    counting.add(entries)
    if (slice < SLICE_EVENTS) continue
    slice = 0
    await scheduler.wait(0)
  }
  return forgotten
}

function tallyDuplicates({ memory, unitMs, isFed }: Counting, id: number): VolumeEntry[] {
  const tally = new VolumeTally(unitMs)
  for (const { raw } of readDuplicates(memory.sql, id)) {
    const event = storedEvent(raw)
    const { timestampMs, eventType, ingestId } = event
    const idIndex = memory.ids.find(ingestId)?.index ?? -1
    tally.add({ timestampMs, idIndex, eventType, isDuplicate: true, isFed: isFed(event) })
  }
  return [...tally.entries()]
}
