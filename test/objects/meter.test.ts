import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { DAY_MS } from '../../src/core/time.ts'
import type { MeterObject } from '../../src/objects/meter.ts'
import { LIFETIME_MS, MeterFixture, sent } from './meter-fixture.ts'

const sumOf = (key: string) => ({
  aggregationType: 'SUM' as const,
  aggregationKey: key,
  propertyFilters: [{ name: key }],
})

test('TV-3: the first event with an id wins; the duplicate is refused and can be found', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const sum = await meter.addMetric(sumOf('qty'))
  expect(await meter.ingest(sent('t1', 'acme', { qty: 5 }))).toEqual({
    accepted: 1,
    duplicates: [],
  })
  expect(await meter.ingest(sent('t1', 'acme', { qty: 7 }))).toEqual({
    accepted: 0,
    duplicates: [0],
  })
  expect(await meter.total('C', sum)).toBe('5')
  expect(await meter.search('t1', 'unknown')).toEqual([
    {
      id: expect.any(String) as string,
      transactionId: 't1',
      ingestId: 'acme',
      eventType: 'call',
      timestamp: '2026-03-02T10:30:00Z',
      properties: '{"qty":5}',
      acceptedAtMs: meter.now,
      isDuplicate: false,
    },
    expect.objectContaining({ properties: '{"qty":7}', isDuplicate: true }) as object,
  ])
})

test('TV-4: an id is unique per customer, over all ingest ids of the customer', async () => {
  const meter = new MeterFixture()
  for (const id of ['acme', 'C']) await meter.bind(id, 'C')
  for (const id of ['globex', 'D']) await meter.bind(id, 'D')
  const count = await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme'))
  expect(await meter.ingest(sent('t1', 'C'))).toEqual({ accepted: 0, duplicates: [0] })
  expect(await meter.ingest(sent('t1', 'globex'))).toEqual({ accepted: 1, duplicates: [] })
  expect(await meter.total('C', count)).toBe('1')
  expect(await meter.total('D', count)).toBe('1')
})

test('of two events with one id in one batch, the first is kept (EV-45)', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  await meter.bind('C', 'C')
  const sum = await meter.addMetric(sumOf('qty'))
  const outcome = await meter.ingest(
    sent('t1', 'acme', { qty: 1 }),
    sent('t2', 'acme', { qty: 10 }),
    sent('t1', 'acme', { qty: 100 }),
    sent('t1', 'C', { qty: 1_000 }),
    sent('t1', 'globex', { qty: 10_000 }),
  )
  expect(outcome).toEqual({ accepted: 3, duplicates: [2, 3] })
  expect(await meter.total('C', sum)).toBe('11')
})

test('concurrent calls share chunks, and of one id in several of them one is accepted', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const count = await meter.addMetric({})
  const calls = Array.from({ length: 40 }, (_, i) =>
    meter.ingest(sent(`own ${i}`, 'acme'), sent('shared', 'acme')),
  )
  const outcomes = await Promise.all(calls)
  const accepted = outcomes.reduce((n, outcome) => n + outcome.accepted, 0)
  expect(accepted).toBe(41)
  expect(outcomes.filter(({ duplicates }) => duplicates.length === 0)).toHaveLength(1)
  expect(await meter.total('C', count)).toBe('41')
  const chunks = await runInDurableObject(meter.stub, (_, { storage }) =>
    storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM chunks').one(),
  )
  expect(chunks.n).toBeLessThan(40)
})

test('numbers keep all the digits that were sent', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const sum = await meter.addMetric(sumOf('qty'))
  const event = JSON.stringify(sent('t1', 'acme', { qty: 0 }))
  await meter.ingestResult(`[${event.replace('"qty":0', '"qty":0.1000000000000000055511')}]`)
  await meter.ingest(sent('t2', 'acme', { qty: '1' }), sent('t2', 'acme', { qty: '1' }))
  expect(await meter.total('C', sum)).toBe('1.1000000000000000055511')
  expect((await meter.search('t1'))[0]!.properties).toBe('{"qty":0.1000000000000000055511}')
})

test('an id counts as new when the lifetime has passed since it was accepted (EV-41)', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const count = await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme'))
  meter.now += LIFETIME_MS - 1
  expect((await meter.ingest(sent('t1', 'acme'))).accepted).toBe(0)
  meter.now += 1_000
  expect((await meter.ingest(sent('t1', 'acme'))).accepted).toBe(1)
  meter.now += 1_000
  expect((await meter.ingest(sent('t1', 'acme'))).accepted).toBe(0)
  await meter.evict()
  expect((await meter.ingest(sent('t1', 'acme'))).accepted).toBe(0)
  expect(await meter.total('C', count)).toBe('2')
})

test('usage and dedupe survive eviction, before and after a checkpoint', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const metrics = [
    await meter.addMetric({}),
    await meter.addMetric(sumOf('v')),
    await meter.addMetric({ ...sumOf('v'), aggregationType: 'MAX' }),
    await meter.addMetric({ ...sumOf('v'), aggregationType: 'LATEST' }),
    await meter.addMetric({ ...sumOf('v'), aggregationType: 'UNIQUE' }),
  ]
  const totals = () => Promise.all(metrics.map((metric) => meter.total('C', metric)))
  await meter.ingest(sent('t1', 'acme', { v: 5 }), sent('t2', 'acme', { v: '0.25' }))
  const afterFirst = ['2', '5.25', '5', '0.25', '2']
  expect(await totals()).toEqual(afterFirst)
  await meter.evict()
  expect(await totals()).toEqual(afterFirst)
  expect((await meter.ingest(sent('t1', 'acme'))).accepted).toBe(0)

  expect(await runDurableObjectAlarm(meter.stub)).toBe(true)
  expect(await totals()).toEqual(afterFirst)
  await meter.ingest(sent('t3', 'acme', { v: 5 }))
  const afterSecond = ['3', '10.25', '5', '5', '2']
  expect(await totals()).toEqual(afterSecond)
  await meter.evict()
  expect(await totals()).toEqual(afterSecond)
  await runDurableObjectAlarm(meter.stub)
  await meter.evict()
  expect(await totals()).toEqual(afterSecond)
  const again = await meter.ingest(sent('t3', 'acme'), sent('t2', 'acme'), sent('t1', 'acme'))
  expect(again).toEqual({ accepted: 0, duplicates: [0, 1, 2] })
})

test('usage is answered by window and group, with the group in the order asked for', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const count = await meter.addMetric({
    propertyFilters: [
      { name: 'zone', exists: true },
      { name: 'seat', exists: true },
    ],
    groupKeys: [['zone', 'seat'], ['zone']],
  })
  await meter.ingest(
    sent('1', 'acme', { zone: 'eu', seat: 1 }, { timestamp: '2026-03-02T00:00:00Z' }),
    sent('2', 'acme', { zone: 'eu', seat: 2 }, { timestamp: '2026-03-02T23:59:59.999Z' }),
    sent('3', 'acme', { zone: 'us', seat: 1 }, { timestamp: '2026-03-03T00:00:00+00:00' }),
    sent('4', 'acme', { zone: 'us' }, { timestamp: '2026-03-03T00:00:00Z' }),
  )
  const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-05T00:00:00Z', windowMs: DAY_MS }
  expect(await meter.usage('C', count, range)).toEqual({ '': ['2', '1', null] })
  expect(await meter.usage('C', count, { ...range, groupKey: ['zone'] })).toEqual({
    eu: ['2', null, null],
    us: [null, '1', null],
  })
  expect(await meter.usage('C', count, { ...range, groupKey: ['seat', 'zone'] })).toEqual({
    '1/eu': ['1', null, null],
    '2/eu': ['1', null, null],
    '1/us': [null, '1', null],
  })
  expect(await meter.usage('D', count)).toEqual({})
})

test('a metric that is created later sees the past, and counts what comes meanwhile once (RT-5)', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  for (let i = 0; i < 5; i++) await meter.ingest(sent(`before ${i}`, 'acme', { v: i }))
  const sum = await meter.addMetric(sumOf('v'))
  await meter.ingest(sent('after', 'acme', { v: 100 }, { timestamp: '2026-03-01T00:00:00Z' }))
  expect(await meter.total('C', sum)).toBe('110')
  const unique = await meter.addMetric({ ...sumOf('v'), aggregationType: 'UNIQUE' })
  await meter.evict()
  await meter.ingest(sent('last', 'acme', { v: 100 }))
  await meter.evict()
  expect(await meter.total('C', unique)).toBe('6')
  expect(await meter.total('C', sum)).toBe('210')
})

test('a new metric is filled in slices, between which an eviction may fall', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const many = (name: string) =>
    Array.from({ length: 1_000 }, (_, i) => sent(`${name} ${i}`, 'acme', { v: 1 }))
  for (const name of 'abcdefghijkl') await meter.ingestResult(many(name))
  const sum = await meter.addMetric(sumOf('v'))
  await meter.ingest(sent('last', 'acme', { v: 1 }))
  await runInDurableObject(meter.stub, async (instance, state) => {
    const { doUpkeepSlice } = await import('../../src/objects/meter-upkeep.ts')
    const { openMemory } = await import('../../src/objects/meter-memory.ts')
    void instance
    doUpkeepSlice(openMemory(state.storage, meter.environmentId))
  })
  await meter.evict()
  const row = await runInDurableObject(meter.stub, (_, { storage }) =>
    storage.sql.exec('SELECT learnt_at, backfilled_to FROM metrics').one(),
  )
  expect(row).toEqual({ learnt_at: 12, backfilled_to: 5 })
  expect(await meter.total('C', sum)).toBe('12001')
})

test('rejected events are kept with their reason, newest first, in pages', async () => {
  const meter = new MeterFixture()
  const rejected = (reason: string) => ({
    reason,
    ingestId: 'acme',
    transactionId: null,
    raw: '{"customer_id":"acme"}',
  })
  const events = JSON.stringify([sent('t1', 'acme')])
  await meter.ingestResult(events, { rejected: [rejected('one'), rejected('two')] })
  meter.now += DAY_MS
  expect(await meter.ingestResult('[]', { rejected: [rejected('three')] })).toEqual({
    ok: true,
    value: { accepted: 0, duplicates: [] },
  })
  const list = (before: number | undefined, nowMs = meter.now) => {
    const { environmentId } = meter
    return meter.stub.listQuarantine({ environmentId, nowMs, before, limit: 2 })
  }
  const first = await list(undefined)
  expect(first.map(({ reason }) => reason)).toEqual(['three', 'two'])
  expect(first[0]).toEqual({ ...rejected('three'), id: first[0]!.id, receivedAtMs: meter.now })
  const second = await list(first.at(-1)!.id)
  expect(second.map(({ reason }) => reason)).toEqual(['one'])
  const later = await list(undefined, meter.now + 34 * DAY_MS - 1)
  expect(later.map(({ reason }) => reason)).toEqual(['three'])
})

test('of the duplicates and the rejected events, the newest are kept', async () => {
  const meter = new MeterFixture()
  const same = Array.from({ length: 10_000 }, (_, i) => sent(`t${i}`, 'acme'))
  for (let round = 0; round < 12; round++) {
    meter.now += 1_000
    await meter.ingestResult(same)
  }
  const found = await meter.search('t0')
  expect(found.filter((event) => event.isDuplicate)).toHaveLength(10)
  expect(found.at(-1)!.acceptedAtMs).toBe(meter.now)

  const rejected = (round: number) =>
    Array.from({ length: 4_000 }, (_, i) => ({
      reason: `${round}/${i}`,
      ingestId: `client ${i % 20}`,
      transactionId: null,
      raw: '"x"'.padEnd(200_000 / (i + 1)),
    }))
  for (const round of [1, 2, 3]) await meter.ingestResult('[]', { rejected: rejected(round) })
  const rows = await runInDurableObject(meter.stub, (_, { storage }) =>
    storage.sql
      .exec('SELECT count(*) AS n, min(id) AS first, max(length(raw)) AS longest FROM quarantine')
      .one(),
  )
  expect(rows).toEqual({ n: 10_000, first: 2_001, longest: 102_400 })
})

test('a write that fails loses nothing and marks nothing as a duplicate', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const sum = await meter.addMetric(sumOf('v'))
  await meter.ingest(sent('t1', 'acme', { v: 1 }))
  await runInDurableObject(meter.stub, (_, { storage }) => {
    storage.sql.exec(
      `CREATE TRIGGER fail BEFORE INSERT ON chunks BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    )
  })
  const rejected = [{ reason: 'x', ingestId: null, transactionId: null, raw: '1' }]
  const events = JSON.stringify([sent('t2', 'acme', { v: 10 }), sent('t1', 'acme')])
  const calls = [
    meter.ingestResult(events, { rejected }),
    meter.ingestResult([sent('t3', 'new', { v: 100 })]),
  ]
  const outcomes = await Promise.allSettled(calls)
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])

  await runInDurableObject(meter.stub, (_, { storage }) => {
    storage.sql.exec('DROP TRIGGER fail')
    const count = (table: string) =>
      storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n
    expect([count('chunks'), count('duplicates'), count('quarantine')]).toEqual([1, 0, 0])
  })
  expect(await meter.total('C', sum)).toBe('1')
  expect(await meter.ingestResult(events)).toEqual({
    ok: true,
    value: { accepted: 1, duplicates: [1] },
  })
  expect(await meter.total('C', sum)).toBe('11')
})

test('a checkpoint that fails changes nothing', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const sum = await meter.addMetric(sumOf('v'))
  await meter.ingest(sent('t1', 'acme', { v: 1 }))
  await runInDurableObject(meter.stub, (_, { storage }) => {
    storage.sql.exec(
      `CREATE TRIGGER fail BEFORE INSERT ON meta WHEN NEW.key = 'checkpoint'
        BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    )
  })
  await expect(
    runInDurableObject(meter.stub, (instance: MeterObject) => instance.alarm()),
  ).rejects.toThrow('disk full')
  expect(await meter.total('C', sum)).toBe('1')
  await runInDurableObject(meter.stub, (_, { storage }) => storage.sql.exec('DROP TRIGGER fail'))
  await runDurableObjectAlarm(meter.stub)
  expect(await meter.total('C', sum)).toBe('1')
})

test('too many waiting events are refused, and nothing of the refused batch is kept', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const count = await meter.addMetric({})
  const batch = (name: string) =>
    Array.from({ length: 10_000 }, (_, i) => sent(`${name} ${i}`, 'acme'))
  const results = await runInDurableObject(meter.stub, (instance: MeterObject) =>
    Promise.all(['a', 'b', 'c'].map((name) => instance.ingest(meter.batch(batch(name))))),
  )
  expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual([
    'ok',
    'ok',
    'overloaded',
  ])
  expect(await meter.total('C', count)).toBe('20000')
  expect((await meter.ingest(sent('c 0', 'acme'))).accepted).toBe(1)
})

test('the log is a chain of chunks without gaps, each of at most 2 MB', async () => {
  const meter = new MeterFixture()
  const noise = () => Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('base64')
  const large = (name: string) =>
    Array.from({ length: 30 }, (_, i) => sent(`${name} ${i}`, 'acme', { list: [noise()] }))
  await meter.ingestResult(large('a'))
  await meter.ingestResult(large('b'))
  const rows = await runInDurableObject(meter.stub, (_, { storage }) =>
    storage.sql
      .exec<{ seq: number; count: number; bytes: number; checksum: ArrayBuffer }>(
        'SELECT seq, count, length(body) AS bytes, checksum FROM chunks ORDER BY seq',
      )
      .toArray(),
  )
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1))
  expect(rows.reduce((n, { count }) => n + count, 0)).toBe(60)
  expect(rows.length).toBeGreaterThan(2)
  expect(Math.max(...rows.map(({ bytes }) => bytes))).toBeLessThan(1_800_000)
  expect(new Set(rows.map(({ checksum }) => Buffer.from(checksum).toString('hex'))).size).toBe(
    rows.length,
  )
})

test('a meter serves one environment only', async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('t1', 'acme'))
  const environmentId = crypto.randomUUID()
  const search = { environmentId, transactionIds: ['t1'], sinceMs: 0 }
  await expect(
    runInDurableObject(meter.stub, (instance: MeterObject) => instance.searchEvents(search)),
  ).rejects.toThrow('one environment')
})

test('a deleted meter holds nothing but the word that it is deleted, and takes nothing in', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme'))
  await meter.stub.deleteAll()
  const remains = await runInDurableObject(meter.stub, async (_, { storage }) => [
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf_%'").toArray(),
    [...storage.kv.list()],
    await storage.getAlarm(),
  ])
  expect(remains).toEqual([[], [['deleted', true]], null])
  await runInDurableObject(meter.stub, async (instance: MeterObject) => {
    await expect(
      instance.ingest(meter.batch(JSON.stringify([sent('t2', 'acme')]))),
    ).rejects.toThrow('This sandbox has been deleted.')
  })
})

test('odd names and ids are kept apart', async () => {
  const meter = new MeterFixture()
  const ids = ['a', 'a\u0000', 'a\u0000b', '__proto__', 'A', ' a', 'ä', 'a\u0308']
  const count = await meter.addMetric({
    propertyFilters: [{ name: '__proto__', exists: true }],
    groupKeys: [['__proto__']],
  })
  for (const [i, id] of ids.entries()) await meter.bind(id, `C${i}`)
  for (const id of ids) {
    const event = sent('t1', id)
    const text = JSON.stringify({ ...event, properties: {} })
    await meter.ingestResult(`[${text.replace('{}', '{"__proto__":"\\ud800"}')}]`)
    await meter.ingestResult(
      `[${text.replace('"t1"', '"t2"').replace('{}', '{"__proto__":"\\ud801"}')}]`,
    )
  }
  for (const [i] of ids.entries()) {
    const groups = await meter.usage(`C${i}`, count, { groupKey: ['__proto__'] })
    expect(Object.entries(groups)).toEqual([
      ['\ud800', ['1']],
      ['\ud801', ['1']],
    ])
  }
  await runDurableObjectAlarm(meter.stub)
  await meter.evict()
  const groups = await meter.usage('C1', count, { groupKey: ['__proto__'] })
  expect(Object.keys(groups)).toEqual(['\ud800', '\ud801'])
})
