import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NewestEvents } from '../../src/core/metering/event-order.ts'
import { storedEvent } from '../../src/core/metering/event.ts'
import { matcherOf } from '../../src/core/metering/match-event.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts'
import type { FoundEvent } from '../../src/objects/meter-rpc.ts'
import type { MeterVolume } from '../../src/objects/meter-volume.ts'
import { metricOf } from '../core/metering/builders.ts'
import { at, MeterFixture, sent } from './meter-fixture.ts'

const START = at('2026-03-02T00:00:00Z')
const END = START + 3 * DAY_MS
const ZONES = metricOf({ propertyFilters: [{ name: 'zone', inValues: ['eu'] }] })

const event = fc.record({
  id: fc.nat({ max: 12 }),
  ingestId: fc.constantFrom('a', 'b', 'stranger'),
  type: fc.constantFrom('call', 'page'),
  zone: fc.constantFrom('eu', 'us'),
  hour: fc.nat({ max: 100 }),
})
type Sent = typeof event extends fc.Arbitrary<infer T> ? T : never

const step = fc.oneof(
  { weight: 6, arbitrary: fc.array(event, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom('seal', 'join', 'count') },
)

/** What the meter lists, counted one by one. */
async function countListed(meter: MeterFixture, question: Question): Promise<Counts> {
  const listed = (await meter.stub.listNewest({
    environmentId: meter.environmentId,
    configVersion: meter.version,
    filter: {},
    activeMetricIds: [],
    sinceMs: 0,
    after: null,
    limit: 10_000,
    unitsMax: 10_000_000,
  })) as NewestEvents<FoundEvent>
  const counts: Counts = {}
  const matcher = matcherOf(ZONES)
  for (const { event: found } of listed.events) {
    const { ingestId, eventType, timestamp, isDuplicate } = found
    const usage = storedEvent({
      transaction_id: '',
      customer_id: ingestId,
      event_type: eventType,
      timestamp,
      properties: JSON.parse(found.properties!) as Record<string, unknown>,
    })
    const isFed = matcher.unmet(usage) === null
    const { windowMs, startMs, endMs, ingestIds, eventTypes, isFedOnly } = question
    const { timestampMs } = usage
    if (timestampMs < startMs || timestampMs >= endMs || (isFedOnly && !isFed)) continue
    if (ingestIds?.includes(ingestId) === false || eventTypes?.includes(eventType) === false)
      continue
    const window = timestampMs - (timestampMs % windowMs)
    const count = (counts[window] ??= [0, 0, 0])
    if (isDuplicate) count[1]++
    else {
      count[0]++
      if (ingestId === 'stranger' || !isFed) count[2]++
    }
  }
  return counts
}

type Counts = Record<number, [accepted: number, duplicates: number, unmatched: number]>
interface Question {
  windowMs: number
  startMs: number
  endMs: number
  ingestIds?: string[]
  eventTypes?: string[]
  isFedOnly: boolean
}

async function countVolume(meter: MeterFixture, metricId: string, question: Question) {
  const { environmentId, version: configVersion } = meter
  const call = { environmentId, configVersion, metricIds: [metricId], ...question }
  const volume = (await meter.stub.countVolume(call)) as MeterVolume
  expect(volume).toMatchObject({ wholeFromMs: null, forgottenDuplicates: 0 })
  const windows = volume.windows.map(({ startMs, accepted, duplicates, unmatched }) => {
    return [startMs, [accepted, duplicates, unmatched]] as const
  })
  return Object.fromEntries(windows)
}

const range = { startMs: START, endMs: END }
const QUESTIONS: Question[] = [
  { ...range, windowMs: HOUR_MS, isFedOnly: false },
  { ...range, windowMs: DAY_MS, isFedOnly: true, startMs: START + DAY_MS },
  { ...range, windowMs: HOUR_MS, isFedOnly: false, ingestIds: ['a', 'none'], eventTypes: ['call'] },
  { windowMs: MINUTE_MS, startMs: START, endMs: START + 5 * HOUR_MS, isFedOnly: false },
]

test('volumes are those of counting what is listed, sealed or not, and as aliases move', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
      const meter = new MeterFixture()
      const [metricId, customer] = [
        await meter.addMetric({ ...ZONES, id: crypto.randomUUID() }),
        crypto.randomUUID(),
      ]
      await meter.bind('a', customer)
      await meter.bind('b', crypto.randomUUID())
      // The log may be sealed before anything is in it.
      await meter.search()
      const check = async () => {
        for (const question of QUESTIONS) {
          const expected = await countListed(meter, question)
          expect(await countVolume(meter, metricId, question)).toEqual(expected)
        }
      }
      for (const each of steps) {
        if (each === 'seal') await meter.seal()
        else if (each === 'join') await meter.bind('b', customer)
        else if (each === 'count') await check()
        else await meter.ingest(...each.map(toSent))
      }
      await check()
      await meter.seal()
      await check()
      await check()
    }),
    { numRuns: 5 },
  )
}, 60_000)

function toSent({ id, ingestId, type, zone, hour }: Sent) {
  const timestamp = new Date(START + hour * HOUR_MS + 90_000).toISOString()
  return sent(`t${id}`, ingestId, { zone }, { event_type: type, timestamp })
}

test('counts of blocks are kept for a few questions, and counting goes on where it stopped', async () => {
  const meter = new MeterFixture()
  const metricId = await meter.addMetric({ ...ZONES, id: crypto.randomUUID() })
  const batch = (name: string, count: number, hour: number) =>
    meter.ingest(
      ...Array.from({ length: count }, (_, i) =>
        toSent({ id: i, ingestId: 'a', type: 'call', zone: 'eu', hour }),
      ).map((each, i) => ({ ...each, transaction_id: `${name}${i}` })),
    )
  await batch('sealed', 12, 1)
  await meter.seal()
  const question = QUESTIONS[0]!
  expect(await countVolume(meter, metricId, question)).toEqual({ [START + HOUR_MS]: [12, 0, 12] })
  const kept = 'SELECT count(*) AS n FROM volumes'
  const blocks = await meter.query<{ n: number }>('SELECT count(*) AS n FROM blocks')
  expect(await meter.query<{ n: number }>(kept)).toEqual(blocks)
  const { environmentId, version: configVersion } = meter
  for (let i = 0; i < 8; i++) {
    const call = { environmentId, configVersion, metricIds: [`other ${i}`], ...question }
    await meter.stub.countVolume(call)
  }
  expect((await meter.query<{ n: number }>(kept))[0]!.n).toBe(6 * blocks[0]!.n)
  for (let i = 0; i < 90; i++) await batch(`${i}/`, 1_000, 2)
  const call = { environmentId, configVersion, metricIds: [metricId], ...question }
  const first = (await meter.stub.countVolume(call)) as MeterVolume
  expect(first.wholeFromMs).toBe(START + 2 * HOUR_MS + 90_001)
  const counted = first.windows.find(({ startMs }) => startMs === START + 2 * HOUR_MS)!.accepted
  expect(counted).toBeGreaterThan(70_000)
  expect(counted).toBeLessThan(90_000)
  expect(await countVolume(meter, metricId, question)).toEqual({
    [START + HOUR_MS]: [12, 0, 12],
    [START + 2 * HOUR_MS]: [90_000, 0, 90_000],
  })
}, 60_000)
