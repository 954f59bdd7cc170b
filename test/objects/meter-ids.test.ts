import { runDurableObjectAlarm } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { MeterFixture, sent } from './meter-fixture.ts'

test('accepted events are counted once each, whether a crash or a checkpoint comes between', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  const { environmentId } = meter
  const accepted = async () => (await meter.stub.readLogEnd({ environmentId })).acceptedEvents
  await meter.ingest(sent('a', 'acme'), sent('b', 'acme'), sent('c', 'globex'))
  expect(await accepted()).toBe(3)
  await meter.evict()
  expect(await accepted()).toBe(3)
  expect(await runDurableObjectAlarm(meter.stub)).toBe(true)
  expect(await accepted()).toBe(3)
  await meter.evict()
  await meter.ingest(sent('d', 'acme'), sent('a', 'acme'))
  expect(await accepted()).toBe(4)
  await meter.evict()
  expect(await accepted()).toBe(4)
})

test('an id that is new since the checkpoint is looked at for duplicates after a crash', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  await meter.bind('acme-2', 'C')
  await meter.ingest(sent('a', 'acme'))
  await meter.evict()
  expect(await meter.ingest(sent('a', 'acme-2'))).toEqual({ accepted: 0, duplicates: [0] })
  await meter.ingest(sent('b', 'unknown'))
  await meter.evict()
  expect(await meter.ingest(sent('b', 'unknown'))).toEqual({ accepted: 0, duplicates: [0] })
})
