import { expect, test } from 'vitest'
import { at, MeterFixture, sent } from './meter-fixture.ts'

test('a group that holds more than fits into a row is told, and stops neither events nor others', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'c1')
  const texts = 'properties.k || properties.k || properties.k'
  const latest = Array.from({ length: 190 }, (_, i) => `LENGTH(LATEST(${texts} || '${i}'))`)
  const large = await meter.addSqlMetric(`SELECT ${latest.join(' + ')} AS value FROM events`)
  const count = await meter.addMetric({})
  await meter.ingest(sent('t1', 'acme', { k: '€'.repeat(1_300) }))
  await meter.ingest(
    sent('t2', 'acme', { k: '€'.repeat(1_360) }, { timestamp: '2026-03-02T10:40:00Z' }),
  )
  await meter.seal()
  await meter.ingest(sent('t3', 'acme', { k: 'a' }, { timestamp: '2026-03-03T10:40:00Z' }))
  await meter.seal()
  expect(await meter.usage('c1', count)).toEqual({ '': ['3'] })
  const question = (from: string) => ({
    environmentId: meter.environmentId,
    configVersion: meter.version,
    customerId: 'c1',
    queries: [
      { metricId: large, groupKey: null, boundaries: [at(from), at('2026-04-01T00:00:00Z')] },
    ],
  })
  const read = async (from: string) => meter.stub.readUsage(question(from))
  await expect(read('2026-03-01T00:00:00Z')).rejects.toThrow(
    'sql_limit_exceeded (memory): the metric "Metric": a group holds more than 400000 characters',
  )
  expect((await read('2026-03-03T00:00:00Z')).usage[0]).toHaveLength(1)
})
