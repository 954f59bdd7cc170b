import { expect, test } from 'vitest'
import { MeterFixture, sent } from './meter-fixture.ts'

const read = (meter: MeterFixture, part: { afterSeq: number; upToSeq?: number; limit?: number }) =>
  meter.stub.readLog({ environmentId: meter.environmentId, limit: 10, ...part })

test('an empty log has no chunks', async () => {
  const meter = new MeterFixture()
  const { environmentId } = meter
  expect(await meter.stub.readLogEnd({ environmentId })).toEqual({ headSeq: 0, acceptedEvents: 0 })
  expect(await read(meter, { afterSeq: 0 })).toEqual({
    configVersion: 0,
    headSeq: 0,
    blocks: [],
    chunks: [],
    ingestIds: [],
  })
})

test('the log is handed out in slices, with the ids that are in them and who holds them', async () => {
  const meter = new MeterFixture()
  await meter.bind('acme', 'C')
  await meter.ingest(sent('a', 'acme'), sent('b', 'globex'))
  await meter.ingest(sent('c', 'acme'))
  await meter.ingest(sent('d', 'late'))
  const { environmentId } = meter
  expect(await meter.stub.readLogEnd({ environmentId })).toEqual({ headSeq: 3, acceptedEvents: 4 })
  const seqs = async (part: Parameters<typeof read>[1]) =>
    (await read(meter, part)).chunks.map(({ seq }) => seq)
  expect(await seqs({ afterSeq: 0 })).toEqual([1, 2, 3])
  expect(await seqs({ afterSeq: 0, limit: 2 })).toEqual([1, 2])
  expect(await seqs({ afterSeq: 1, upToSeq: 2 })).toEqual([2])
  expect(await seqs({ afterSeq: 3 })).toEqual([])
  const slice = await read(meter, { afterSeq: 0, limit: 1 })
  expect(slice).toMatchObject({ configVersion: 1, headSeq: 3 })
  expect(slice.ingestIds.map(({ ingestId, customerId }) => [ingestId, customerId])).toEqual([
    ['acme', 'C'],
    ['globex', null],
  ])
  expect(slice.chunks[0]).toMatchObject({
    count: 2,
    acceptedAtMax: meter.now,
    acceptedRuns: `[[2,${meter.now}]]`,
    checksum: { byteLength: 32 },
    hashes: { byteLength: 32 },
    idIndexes: { byteLength: 8 },
  })
})

test('holders are those of the configuration that the caller knows, or a later one', async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('a', 'acme'))
  await meter.bind('acme', 'C')
  const request = { environmentId: meter.environmentId, afterSeq: 0, limit: 1 }
  const holder = async (configVersion?: number) =>
    (await meter.stub.readLog({ ...request, configVersion })).ingestIds[0]!.customerId
  expect(await holder()).toBeNull()
  expect(await holder(1)).toBe('C')
})

test('a slice ends where it becomes large', async () => {
  const meter = new MeterFixture()
  // Random text does not compress: each chunk has about 0.4 MB, a slice about 4 MiB.
  const noise = () =>
    Array.from({ length: 3_000 }, () => crypto.randomUUID().replaceAll('-', '')).join('')
  for (let i = 0; i < 4; i++) {
    const events = Array.from({ length: 30 }, (_, j) =>
      sent(`${i}/${j}`, 'acme', { noise: noise() }),
    )
    await meter.ingest(...events)
  }
  const { headSeq } = await read(meter, { afterSeq: 0, limit: 1 })
  const first = await read(meter, { afterSeq: 0, limit: 1_000 })
  const bytes = first.chunks.reduce((sum, { body }) => sum + body.byteLength, 0)
  expect(bytes).toBeGreaterThanOrEqual(4 * 1024 * 1024 - 20_000)
  expect(bytes).toBeLessThan(6.1 * 1024 * 1024)
  expect(first.chunks.length).toBeLessThan(headSeq)
})
