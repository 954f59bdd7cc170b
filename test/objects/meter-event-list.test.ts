import { expect, test } from 'vitest'
import type { EventFilter } from '../../src/objects/meter-event-filter.ts'
import type { EventKey } from '../../src/core/metering/event-order.ts'
import type { EventPage, EventPosition } from '../../src/objects/meter-event-list.ts'
import { MeterFixture, sent } from './meter-fixture.ts'

/** All pages of a listing: how many events each has, and the events' transaction ids. */
async function readPages(meter: MeterFixture, filter: EventFilter, limit: number) {
  const sizes: number[] = []
  const ids: string[] = []
  let from: EventPosition | null = null
  for (let pages = 0; pages === 0 || from !== null; pages++) {
    expect(pages).toBeLessThan(100)
    const page: EventPage = await meter.stub.listEvents({
      environmentId: meter.environmentId,
      configVersion: meter.version,
      filter,
      activeMetricIds: [],
      sinceMs: 0,
      from,
      limit,
    })
    sizes.push(page.events.length)
    ids.push(...page.events.map(({ transactionId }) => transactionId))
    from = page.next
  }
  return { sizes, ids }
}

test('a page ends early where much was looked at, and the next one goes on from there', async () => {
  const meter = new MeterFixture()
  for (let batch = 0; batch < 45; batch++) {
    const events = Array.from({ length: 1_000 }, (_, i) => sent(`${batch}/${i}`, 'x'))
    await meter.ingest(...events)
  }
  await meter.ingest(sent('rare', 'x', undefined, { event_type: 'rare' }))
  const { sizes, ids } = await readPages(meter, { eventTypes: ['rare'] }, 10)
  expect(sizes).toEqual([0, 1])
  expect(ids).toEqual(['rare'])
  await meter.evict()
  expect((await readPages(meter, { transactionIds: ['3/7', '44/999'] }, 10)).ids).toEqual([
    '3/7',
    '44/999',
  ])
}, 60_000)

test('events too large for one answer come in pages', async () => {
  const meter = new MeterFixture()
  const ids = Array.from({ length: 130 }, (_, i) => `t${i}`)
  const blob = 'x'.repeat(99_000)
  for (const id of ids) await meter.ingest(sent(id, 'x', { blob }))
  await expect(meter.search(...ids)).rejects.toMatchObject({
    status: 413,
    message: expect.stringContaining('search for fewer at a time'),
  })
  const { environmentId } = meter
  const found = await meter.stub.searchEvents({
    environmentId,
    transactionIds: ids,
    sinceMs: 0,
    isWithoutProperties: true,
  })
  expect(found.length).toBe(130)
  const pages = await readPages(meter, { transactionIds: ids }, 100)
  expect(pages.ids).toEqual(ids)
  expect(pages.sizes).toEqual([43, 43, 43, 1])
})

test('sealed events are listed in the order of the log, also where a page ended before sealing', async () => {
  const meter = new MeterFixture()
  const ids = Array.from({ length: 12 }, (_, i) => `t${i}`)
  const chunks = Array.from({ length: 4 }, (_, i) => ids.slice(i * 3, i * 3 + 3))
  for (const chunk of chunks) {
    await meter.ingest(
      ...chunk.map((id, i) => sent(id, 'cab'[i]!, { i }, { event_type: `type ${id}` })),
    )
  }
  const unsealed = await readPages(meter, {}, 5)
  expect(unsealed).toEqual({ sizes: [5, 5, 2], ids })
  const query = {
    environmentId: meter.environmentId,
    configVersion: 0,
    activeMetricIds: [],
    sinceMs: 0,
    limit: 5,
  }
  const first: EventPage = await meter.stub.listEvents({ ...query, filter: {}, from: null })
  expect(await meter.seal()).toBe(2)
  const second: EventPage = await meter.stub.listEvents({ ...query, filter: {}, from: first.next })
  expect(second.events.map(({ transactionId }) => transactionId)).toEqual(ids.slice(5, 10))
  expect((await readPages(meter, {}, 5)).ids).toEqual(ids)
  expect((await readPages(meter, { ingestIds: ['a', 'b'] }, 3)).ids).toEqual(
    ids.filter((_, i) => i % 3 !== 0),
  )
  expect((await readPages(meter, { eventTypes: ['type t4', 'type t9'] }, 1)).ids).toEqual([
    't4',
    't9',
  ])
  expect((await readPages(meter, { transactionIds: ['t11', 't0'] }, 9)).ids).toEqual(['t0', 't11'])
  await meter.ingest(sent('t0', 'c'), sent('t12', 'c'))
  expect((await readPages(meter, {}, 5)).ids).toEqual([...ids, 't12', 't0'])
})

/** All events newest first, and how many pages they came in. */
async function readNewest(meter: MeterFixture, filter: EventFilter, limit: number) {
  const ids: string[] = []
  let after: EventKey | null = null
  for (let pages = 1; ; pages++) {
    expect(pages).toBeLessThan(200)
    const { events, end } = (await meter.stub.listNewest({
      environmentId: meter.environmentId,
      configVersion: meter.version,
      filter,
      activeMetricIds: [],
      sinceMs: 0,
      after,
      limit,
      unitsMax: 1_000_000,
    })) as { events: { event: { transactionId: string } }[]; end: EventKey | null }
    ids.push(...events.map(({ event }) => event.transactionId))
    if (end === null) return { ids, pages }
    after = end
  }
}

test('newest first, chunks and blocks of events that were written late give one order', async () => {
  const meter = new MeterFixture()
  const start = meter.now
  const written: { id: string; atMs: number }[] = []
  let latest = 0
  // The third of each four was accepted before the one that was written before it.
  for (let i = 0; i < 12; i++) {
    meter.now = start + (i % 4 === 2 ? i - 1.5 : i) * 60_000
    latest = Math.max(latest, meter.now)
    const ids = ['a', 'b', 'c'].map((letter) => `${letter}${i}`)
    await meter.ingest(...ids.map((id) => sent(id, id[0]!, { i }, { event_type: `type ${i % 3}` })))
    written.push(...ids.map((id) => ({ id, atMs: latest })))
  }
  const newest = written.map(({ id }) => id).toReversed()
  const expectAll = async () => {
    for (const limit of [1, 5, 100]) {
      expect((await readNewest(meter, {}, limit)).ids).toEqual(newest)
    }
    const bs = await readNewest(meter, { ingestIds: ['b'], eventTypes: ['type 1'] }, 2)
    expect(bs.ids).toEqual(['b10', 'b7', 'b4', 'b1'])
    expect((await readNewest(meter, { isDuplicate: true }, 2)).ids).toEqual([])
    expect((await readNewest(meter, { transactionIds: ['c3', 'a9'] }, 2)).ids).toEqual(['a9', 'c3'])
  }
  await expectAll()
  expect(await meter.seal()).toBeGreaterThan(1)
  await expectAll()
  meter.now = start + 20 * 60_000
  await meter.ingest(sent('z', 'a'), sent('a3', 'a'))
  expect((await readNewest(meter, {}, 2)).ids).toEqual(['a3', 'z', ...newest])
})

test('of newest first, too, a page ends early where much was looked at', async () => {
  const meter = new MeterFixture()
  await meter.ingest(sent('rare', 'x', undefined, { event_type: 'rare' }))
  for (let batch = 0; batch < 45; batch++) {
    const events = Array.from({ length: 1_000 }, (_, i) => sent(`${batch}/${i}`, 'x'))
    await meter.ingest(...events)
  }
  expect(await readNewest(meter, { eventTypes: ['rare'] }, 10)).toEqual({ ids: ['rare'], pages: 2 })
  const all = await readNewest(meter, {}, 1_000)
  expect(all.ids.length).toBe(45_001)
  expect(all.ids[0]).toBe('44/999')
  expect(all.ids.at(-1)).toBe('rare')
}, 60_000)
