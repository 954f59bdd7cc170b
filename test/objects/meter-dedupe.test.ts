import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roomForIds } from '../../src/core/metering/dedupe-ids.ts'
import { hash128 } from '../../src/core/metering/hash128.ts'
import { DAY_MS, SECOND_MS } from '../../src/core/time.ts'
import {
  doDedupeStep,
  moveSlice,
  nextDedupeStep,
  type DedupeStep,
} from '../../src/objects/meter-dedupe-upkeep.ts'
import { fillDedupe, openMemory, type MeterMemory } from '../../src/objects/meter-memory.ts'
import { writeMeta } from '../../src/objects/meter-meta.ts'
import { LIFETIME_MS, MeterFixture, sent } from './meter-fixture.ts'

/** Ids stay in storage for so much longer than any batch that comes in time asks for them. */
const SLACK_MS = 15 * DAY_MS

/** Works on the memory of the running object. */
async function inMeter<T>(meter: MeterFixture, work: (memory: MeterMemory) => T): Promise<T> {
  await meter.search()
  return runInDurableObject(meter.stub, (instance) =>
    work((instance as unknown as { memory: MeterMemory }).memory),
  )
}

async function moveAll(meter: MeterFixture): Promise<void> {
  await inMeter(meter, (memory) => {
    while (!moveSlice(memory, memory.head.seq)) continue
  })
}

/** Does what is due, and answers in which steps. */
function settle(memory: MeterMemory, isBusy = false): DedupeStep[] {
  const steps: DedupeStep[] = []
  for (let step; (step = nextDedupeStep(memory, isBusy)) !== null; steps.push(step)) {
    doDedupeStep(memory, step)
  }
  return steps
}

function countRows({ sql }: MeterMemory): number[] {
  return ['dedupe_runs', 'dedupe_pages', 'dedupe_filters'].map(
    (table) => sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`).one().rows,
  )
}

test('an id is a duplicate after it has left memory, also of another id of its customer', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  await meter.bind('acme-old', 'C')
  await meter.ingest(sent('a', 'acme'), sent('b', 'acme'), sent('a', 'globex'))
  await moveAll(meter)
  expect(await inMeter(meter, ({ dedupe }) => [dedupe.hot.size, dedupe.cold.size])).toEqual([0, 3])
  const again = [sent('a', 'acme'), sent('b', 'acme-old'), sent('c', 'acme'), sent('a', 'globex')]
  expect(await meter.ingest(...again)).toMatchObject({ accepted: 1, duplicates: [0, 1, 3] })
  await meter.evict()
  expect(await meter.ingest(...again)).toMatchObject({ accepted: 0, duplicates: [0, 1, 2, 3] })
})

test('an id is forgotten at the end of its lifetime, and not a millisecond before', async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('a', 'acme'), sent('b', 'acme'))
  await moveAll(meter)
  meter.now += LIFETIME_MS - 1
  await inMeter(meter, settle)
  expect(await meter.ingest(sent('a', 'acme'))).toMatchObject({ accepted: 0 })
  meter.now += 1
  expect(await meter.ingest(sent('a', 'acme'))).toMatchObject({ accepted: 1 })
  expect(await meter.ingest(sent('a', 'acme'))).toMatchObject({ accepted: 0 })
  await moveAll(meter)
  expect(await meter.ingest(sent('a', 'acme'), sent('b', 'acme'))).toMatchObject({
    duplicates: [0],
  })
})

test('a batch that a queue has held back for fourteen days finds the ids of its time', async () => {
  const meter = new MeterFixture()
  const acceptedAtMs = meter.now + LIFETIME_MS - 1
  await meter.ingest(sent('a', 'acme'))
  await moveAll(meter)
  meter.now = acceptedAtMs + 14 * DAY_MS
  await meter.ingest(sent('b', 'acme'))
  await inMeter(meter, settle)
  const late = await meter.ingestResult([sent('a', 'acme')], { acceptedAtMs })
  expect(late).toMatchObject({ ok: true, value: { duplicates: [0] } })
})

test('ids that nobody can ask for are deleted, and it is on record up to when', async () => {
  const meter = new MeterFixture()
  const acceptedAt = meter.now
  await meter.ingest(sent('a', 'acme'))
  await moveAll(meter)
  meter.now += LIFETIME_MS + SLACK_MS - 1
  await meter.ingest(sent('b', 'acme'))
  expect(await inMeter(meter, settle)).toEqual([])
  expect(await inMeter(meter, countRows)).toEqual([1, 1, 1])
  meter.now += 1
  await meter.ingest(sent('c', 'acme'))
  // Pages and the filter first, and the run itself when nothing is left of it.
  expect(await inMeter(meter, settle)).toEqual(['drop', 'delete', 'delete', 'delete'])
  expect(await inMeter(meter, countRows)).toEqual([0, 0, 0])
  expect(await inMeter(meter, ({ dedupe }) => dedupe.forgottenBeforeMs)).toBe(acceptedAt)
  await meter.evict()
  expect(await inMeter(meter, ({ dedupe }) => dedupe.forgottenBeforeMs)).toBe(acceptedAt)
})

test('ids of a day ago leave memory, those of the last half day stay, unless events are waiting', async () => {
  const meter = new MeterFixture()
  for (const hours of [0, 6, 18]) {
    await meter.ingest(sent(`after ${hours}`, 'acme'))
    meter.now += 6 * 3_600_000
  }
  await meter.ingest(sent('last', 'acme'))
  expect(await inMeter(meter, (memory) => settle(memory))).toEqual([])
  meter.now += 6 * 3_600_000
  await meter.ingest(sent('very last', 'acme'))
  expect(await inMeter(meter, (memory) => settle(memory, true))).toEqual([])
  expect(await inMeter(meter, (memory) => settle(memory))).toEqual(['move'])
  expect(await inMeter(meter, ({ dedupe }) => [dedupe.hot.size, dedupe.cold.size])).toEqual([2, 3])
})

test("the meter's alarm does what is due", async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('a', 'acme'))
  meter.now += DAY_MS
  await meter.ingest(sent('b', 'acme'))
  expect(await runDurableObjectAlarm(meter.stub)).toBe(true)
  expect(await inMeter(meter, ({ dedupe }) => [dedupe.hot.size, dedupe.cold.size])).toEqual([1, 1])
  await meter.evict()
  expect(await meter.ingest(sent('a', 'acme'), sent('b', 'acme'))).toMatchObject({ accepted: 0 })
})

test('what a failed transaction did is nothing that memory believes', async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('a', 'acme'))
  await inMeter(meter, (memory) => {
    const { sql, storage, dedupe } = memory
    const ids = roomForIds(1)
    ids.count = 1
    ids.seconds[0] = 5
    const appendAndFail = () =>
      storage.transactionSync(() => {
        dedupe.cold.append(ids)
        throw new Error('of what encloses it')
      })
    expect(appendAndFail).toThrow('of what encloses it')
    expect([dedupe.cold.size, countRows(memory)]).toEqual([0, [0, 0, 0]])
    sql.exec(`CREATE TRIGGER full BEFORE INSERT ON dedupe_filters
      BEGIN SELECT raise(ABORT, 'disk full'); END`)
    expect(() => moveSlice(memory, 1)).toThrow('disk full')
    expect([dedupe.coldSeq, dedupe.hot.size, countRows(memory)]).toEqual([0, 1, [0, 0, 0]])
    sql.exec('DROP TRIGGER full')
    expect(moveSlice(memory, 1)).toBe(true)
    expect([dedupe.coldSeq, dedupe.hot.size, dedupe.cold.size]).toEqual([1, 0, 1])
  })
  expect(await meter.ingest(sent('a', 'acme'))).toMatchObject({ accepted: 0 })
})

test('a start reads no more of the log than the chunks whose ids are in memory', async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('a', 'acme'))
  await moveAll(meter)
  await meter.ingest(sent('b', 'acme'))
  await inMeter(meter, ({ sql }) => sql.exec(`UPDATE chunks SET hashes = x'' WHERE seq = 1`))
  await meter.evict()
  const again = [sent('a', 'acme'), sent('b', 'acme'), sent('c', 'acme')]
  expect(await meter.ingest(...again)).toMatchObject({ duplicates: [0, 1] })
})

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      ids: fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 8 }),
      daysLate: fc.constantFrom(0, 0, 0, 1, 14),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.constantFrom(1, 7, 20) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('move' as const), ids: fc.nat(9) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('upkeep' as const), ids: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('evict' as const) }) },
)

test('whatever is moved, merged, dropped and lost from memory, duplicates are those of the log', async () => {
  const plays = fc.asyncProperty(
    fc.array(step, { minLength: 20, maxLength: 60 }),
    async (actions) => {
      const meter = new MeterFixture()
      const log: { id: number; atMs: number }[] = []
      for (const action of actions) {
        if (action.kind === 'ingest') {
          const atMs = meter.now - action.daysLate * DAY_MS
          const isKnown = (id: number) =>
            log.some((other) => other.id === id && other.atMs > atMs - LIFETIME_MS)
          const expected = action.ids.flatMap((id, i) => (isKnown(id) ? [i] : []))
          const fresh = action.ids.filter((id) => !isKnown(id))
          const events = action.ids.map((id) => sent(`t${id}`, 'acme'))
          const result = await meter.ingestResult(events, { acceptedAtMs: atMs })
          expect(result).toMatchObject({ ok: true, value: { duplicates: expected } })
          log.push(...fresh.map((id) => ({ id, atMs })))
          meter.now += SECOND_MS
        } else if (action.kind === 'wait') meter.now += action.days * DAY_MS
        else if (action.kind === 'evict') await meter.evict()
        else if (action.kind === 'move') {
          await inMeter(meter, (memory) => moveSlice(memory, memory.head.seq, action.ids))
        } else {
          await inMeter(meter, (memory) => {
            const next = nextDedupeStep(memory, false)
            if (next !== null) doDedupeStep(memory, next, action.ids + 1)
          })
        }
      }
      await inMeter(meter, settle)
    },
  )
  await fc.assert(plays, { numRuns: 40 })
}, 120_000)

/** Puts chunks with random ids into the log, as if their events had been ingested and counted. */
function fillLog(memory: MeterMemory, chunks: number, idsEach: number): void {
  writeMeta(memory.sql, 'checkpoint', chunks)
  writeMeta(memory.sql, 'dedupe_lifetime_ms', LIFETIME_MS)
  const hashes = new Uint32Array(idsEach * 4)
  for (let seq = 1; seq <= chunks; seq++) {
    for (let i = 0; i < idsEach; i++) hash128(`${seq}/${i}`, hashes, i * 4)
    const atMs = seq * 60_000
    memory.sql.exec(
      `INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, x'', ?, ?, x'')`,
      seq,
      idsEach,
      atMs,
      atMs,
      atMs,
      JSON.stringify([[idsEach, atMs]]),
      hashes,
      new Uint32Array(idsEach).fill(1),
    )
  }
}

/** Counts the rows that statements write. */
function countWrites(storage: DurableObjectStorage) {
  const cursors: { rowsWritten: number }[] = []
  const sql = {
    exec: (query: string, ...bindings: unknown[]) => {
      const cursor = storage.sql.exec(query, ...bindings)
      cursors.push(cursor)
      return cursor
    },
  } as SqlStorage
  const counted = { sql, transactionSync: (work: () => unknown) => storage.transactionSync(work) }
  return {
    storage: counted as DurableObjectStorage,
    rows: () => cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
  }
}

test('ids of the oldest chunks leave memory when chunks are so many that a start would be slow', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    const chunks = 20_001
    fillLog(openMemory(storage, meter.environmentId), chunks, 1)
    const memory = openMemory(storage, meter.environmentId)
    expect(settle(memory, true)).toEqual([])
    expect(settle(memory)).toEqual(['move'])
    expect([memory.dedupe.coldSeq, memory.dedupe.cold.size]).toEqual([4_096, 4_096])
  })
})

test('with too many ids in memory some are moved though events are waiting', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    fillLog(openMemory(storage, meter.environmentId), 103, 10_000)
    const memory = openMemory(storage, meter.environmentId)
    fillDedupe(memory, 0)
    expect(memory.dedupe.hot.size).toBe(1_030_000)
    expect(settle(memory, true)).toEqual(['move'])
    expect([memory.dedupe.hot.size, memory.dedupe.cold.size]).toEqual([990_000, 40_000])
    expect(nextDedupeStep(memory, false)).toBe('move')
  })
})

test('runs stay few, and merged ones are deleted, though events are always waiting', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    fillLog(openMemory(storage, meter.environmentId), 100, 10)
    const memory = openMemory(storage, meter.environmentId)
    for (let seq = 1; seq <= 100; seq++) {
      moveSlice(memory, seq)
      settle(memory, true)
      expect(memory.dedupe.cold.runs.length).toBeLessThanOrEqual(9)
      expect(memory.dedupe.cold.dropped.length).toBeLessThanOrEqual(8)
    }
    expect(memory.dedupe.cold.size).toBe(1_000)
    expect(countRows(memory)[0]).toBeLessThanOrEqual(17)
  })
})

test('where look-ups are many, the ids of all runs are summarized, those that come later too', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    fillLog(openMemory(storage, meter.environmentId), 60, 1_000)
    const memory = openMemory(storage, meter.environmentId)
    for (const seq of [10, 20, 53]) moveSlice(memory, seq)
    checkIds(memory, { seqMax: 53, seqs: 60 })
    expect(settle(memory)).toEqual([])
    // With these there were more look-ups than a quarter of the ids.
    for (let i = 0; i < 2; i++) checkIds(memory, { seqMax: 53, seqs: 60 })
    // 10, 10 and 33 thousand ids are 5, 5 and 17 pages, of which a slice reads 16.
    for (const summarized of ['+--', '++-', '++-', '+++']) {
      expect(nextDedupeStep(memory, true)).toBe('summarize')
      doDedupeStep(memory, 'summarize')
      expect(summarizedRuns(memory)).toBe(summarized)
      checkIds(memory, { seqMax: 53, seqs: 60 })
    }
    expect(memory.dedupe.cold.bytes).toBeGreaterThan(53_000 * 2 + 2 ** 17)
    moveSlice(memory, 60)
    expect(summarizedRuns(memory)).toBe('++++')
    checkIds(memory, { seqMax: 60, seqs: 60 })
    // Twice 32,768 ids.
    expect(settle(memory).slice(0, 2)).toEqual(['merge', 'merge'])
    expect(summarizedRuns(memory)).toBe('+')
    checkIds(memory, { seqMax: 60, seqs: 60 })
  })
})

test('a run that was made of others is not summarized unless all of them were', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    fillLog(openMemory(storage, meter.environmentId), 40, 100)
    const memory = openMemory(storage, meter.environmentId)
    for (const seq of [10, 20, 30, 40]) moveSlice(memory, seq)
    checkIds(memory, { seqMax: 40, seqs: 60 })
    doDedupeStep(memory, 'summarize')
    expect(summarizedRuns(memory)).toBe('+---')
    doDedupeStep(memory, 'merge')
    expect(summarizedRuns(memory)).toBe('-')
    checkIds(memory, { seqMax: 40, seqs: 60 })
  })
})

/** Looks up a hundred ids of each chunk: those of chunks up to `seqMax` must be there, and no others. */
function checkIds({ dedupe }: MeterMemory, { seqMax, seqs }: { seqMax: number; seqs: number }) {
  const hash = new Uint32Array(4)
  for (let i = 0; i < 100; i++) {
    for (let seq = 1; seq <= seqs; seq++) {
      hash128(`${seq}/${i}`, hash, 0)
      if (dedupe.has(1, hash, 0, 0) !== seq <= seqMax) expect.fail(`${seq}/${i}`)
    }
  }
}

function summarizedRuns({ dedupe }: MeterMemory): string {
  return dedupe.cold.runs.map(({ isSummarized }) => (isSummarized ? '+' : '-')).join('')
}

test('of 200,000 ids a meter writes few rows, holds two bytes each and finds all', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    const writes = countWrites(storage)
    fillLog(openMemory(storage, meter.environmentId), 400, 500)
    const memory = openMemory(writes.storage, meter.environmentId)
    const before = writes.rows()
    while (!moveSlice(memory, 400, 10_000)) settle(memory)
    settle(memory)
    const { dedupe } = memory
    expect([dedupe.coldSeq, dedupe.cold.size]).toEqual([400, 200_000])
    // Twenty runs of ten thousand, of which each sixteen became one in two steps.
    expect(dedupe.cold.runs.map(({ count, level }) => [count, level])).toEqual([
      [160_000, 2],
      [40_000, 1],
    ])
    expect(writes.rows() - before).toBeLessThan(1_500)
    const hash = new Uint32Array(4)
    const isFound = (name: string) => {
      hash128(name, hash, 0)
      return dedupe.has(1, hash, 0, 0)
    }
    for (let i = 0; i < 500; i++) {
      for (let seq = 7; seq <= 400; seq += 40) {
        if (!isFound(`${seq}/${i}`)) expect.fail(`${seq}/${i}`)
        if (isFound(`${seq}/${i + 500}`)) expect.fail(`${seq}/${i + 500}`)
      }
    }
    // Two bytes an id, and the pages read last.
    expect(dedupe.cold.bytes).toBeGreaterThan(400_000)
    expect(dedupe.cold.bytes).toBeLessThan(420_000 + 4 * 1024 * 1024)
  })
})
