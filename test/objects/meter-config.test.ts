import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { LIFETIME_MS, MeterFixture, sent } from './meter-fixture.ts'

const sumOf = (key: string) => ({
  aggregationType: 'SUM' as const,
  aggregationKey: key,
  propertyFilters: [{ name: key }],
})

test('what was sent before its customer existed belongs to the customer (AL-2)', async () => {
  const meter = new MeterFixture()
  const count = await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme'), sent('t2', 'acme'))
  expect(await meter.total('C', count)).toBeNull()
  await meter.bind('acme', 'C')
  expect(await meter.total('C', count)).toBe('2')
  await meter.evict()
  expect(await meter.total('C', count)).toBe('2')
})

test('an alias takes all usage ever sent under it to its new customer, and back (AL-6)', async () => {
  const meter = new MeterFixture()
  await meter.bind('C', 'C')
  await meter.bind('acme', 'C')
  const count = await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme'), sent('t2', 'C'))
  const totals = async () => [await meter.total('C', count), await meter.total('D', count)]
  expect(await totals()).toEqual(['2', null])
  await meter.bind('acme', 'D')
  expect(await totals()).toEqual(['1', '1'])
  // The id is D's now: it was used there, and is free at C.
  expect(await meter.ingest(sent('t1', 'acme'), sent('t1', 'C'))).toEqual({
    accepted: 1,
    duplicates: [0],
  })
  await meter.bind('acme', null)
  expect(await totals()).toEqual(['2', null])
  await meter.bind('acme', 'C')
  expect(await totals()).toEqual(['2', null])
})

test('TV-4: events that become duplicates when ids come together count once, the first accepted', async () => {
  const meter = new MeterFixture()
  await meter.bind('C', 'C')
  const count = await meter.addMetric({})
  const sum = await meter.addMetric(sumOf('v'))
  await meter.ingest(sent('t1', 'acme', { v: 1 }), sent('t2', 'acme', { v: 2 }))
  await meter.ingest(sent('t1', 'C', { v: 10 }), sent('t3', 'C', { v: 30 }))
  await meter.ingest(sent('t2', 'other', { v: 200 }))
  const totals = async (customer: string) => [
    await meter.total(customer, count),
    await meter.total(customer, sum),
  ]
  expect(await totals('C')).toEqual(['2', '40'])
  await meter.bind('acme', 'C')
  expect(await totals('C')).toEqual(['3', '33'])
  const found = await meter.search('t1')
  expect(found.map((event) => [event.ingestId, event.isDuplicate])).toEqual([
    ['acme', false],
    ['C', true],
  ])
  await meter.evict()
  expect(await totals('C')).toEqual(['3', '33'])
  await meter.bind('other', 'C')
  expect(await totals('C')).toEqual(['3', '33'])

  await meter.bind('acme', null)
  expect(await totals('C')).toEqual(['3', '240'])
  await meter.bind('acme', 'D')
  expect(await totals('C')).toEqual(['3', '240'])
  expect(await totals('D')).toEqual(['2', '3'])
  await meter.bind('acme', 'C')
  expect(await totals('C')).toEqual(['3', '33'])
  expect(await totals('D')).toEqual([null, null])
})

test('suppressed events stay out of a metric that is created later', async () => {
  const meter = new MeterFixture()
  await meter.bind('C', 'C')
  await meter.ingest(sent('t1', 'acme', { v: 1 }), sent('t1', 'C', { v: 10 }))
  await meter.bind('acme', 'C')
  await meter.ingest(sent('t4', 'acme', { v: 100 }))
  const sum = await meter.addMetric(sumOf('v'))
  await meter.evict()
  expect(await meter.total('C', sum)).toBe('101')
})

test('events further apart than the lifetime are no duplicates of each other', async () => {
  const meter = new MeterFixture()
  await meter.bind('C', 'C')
  const count = await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme'))
  meter.now += LIFETIME_MS
  await meter.ingest(sent('t1', 'C'))
  await meter.bind('acme', 'C')
  expect(await meter.total('C', count)).toBe('2')
})

test('an alarm finishes what a moved alias left to do, and keeps the rest of the id', async () => {
  const meter = new MeterFixture()
  await meter.bind('C', 'C')
  const sum = await meter.addMetric({
    ...sumOf('v'),
    propertyFilters: [{ name: 'v', exists: true }],
    groupKeys: [['v']],
  })
  await meter.ingest(sent('t0', 'C', { v: 1 }, { timestamp: '2026-03-02T08:00:00Z' }))
  await meter.ingest(sent('t1', 'acme', { v: 2 }))
  await meter.ingest(sent('t1', 'C', { v: 4 }), sent('t2', 'C', { v: 8 }))
  await meter.bind('acme', 'C')
  await meter.ingest(sent('t3', 'C', { v: 16 }))
  await meter.evict()
  await runDurableObjectAlarm(meter.stub)
  const left = await runInDurableObject(meter.stub, (_, { storage }) =>
    storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM rebuilds').one(),
  )
  expect(left.n).toBe(0)
  expect(await meter.usage('C', sum, { groupKey: ['v'] })).toEqual({
    '1': ['1'],
    '2': ['2'],
    '8': ['8'],
    '16': ['16'],
  })
  expect(await meter.total('C', sum)).toBe('27')
})
