import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toText } from '../../src/core/decimal.ts'
import {
  addContribution,
  contributionOf,
  emptyState,
  stateValue,
} from '../../src/core/metering/aggregate.ts'
import { storedEvent } from '../../src/core/metering/event.ts'
import type { AggregationType } from '../../src/core/metering/metric.ts'
import { DAY_MS } from '../../src/core/time.ts'
import { openMemory } from '../../src/objects/meter-memory.ts'
import { doUpkeepSlice } from '../../src/objects/meter-upkeep.ts'
import { LIFETIME_MS, MeterFixture, sent, type SentEvent } from './meter-fixture.ts'

const IDS = ['x', 'y', 'z']
const CUSTOMERS = ['C', 'D']
const TYPES: AggregationType[] = ['COUNT', 'SUM', 'MAX', 'LATEST', 'UNIQUE']

interface Accepted {
  event: SentEvent
  acceptedAtMs: number
}

/** What a meter must answer, computed from the list of accepted events each time. */
class Model {
  readonly log: Accepted[] = []
  readonly holders = new Map<string, string | null>()

  private ownerOf(ingestId: string): string {
    return this.holders.get(ingestId) ?? `unknown ${ingestId}`
  }

  accept(event: SentEvent, acceptedAtMs: number): boolean {
    const isDuplicate = this.log.some(
      (other) =>
        other.event.transaction_id === event.transaction_id &&
        this.ownerOf(other.event.customer_id) === this.ownerOf(event.customer_id) &&
        acceptedAtMs - other.acceptedAtMs < LIFETIME_MS,
    )
    if (!isDuplicate) this.log.push({ event, acceptedAtMs })
    return !isDuplicate
  }

  total(customerId: string, aggregationType: AggregationType): string | null {
    const countedAt = new Map<string, number>()
    const metric = { aggregationType, aggregationKey: 'v' }
    const state = emptyState(aggregationType)
    let isEmpty = true
    for (const { event, acceptedAtMs } of this.log) {
      if (this.holders.get(event.customer_id) !== customerId) continue
      const last = countedAt.get(event.transaction_id)
      if (last !== undefined && acceptedAtMs - last < LIFETIME_MS) continue
      countedAt.set(event.transaction_id, acceptedAtMs)
      const read = storedEvent(event)
      addContribution(state, contributionOf(metric, read)!, read)
      isEmpty = false
    }
    return isEmpty ? null : toText(stateValue(state))
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      events: fc.array(
        fc.record({
          id: fc.constantFrom(...IDS),
          transaction: fc.nat(5),
          hour: fc.nat(5),
          v: fc.nat(9),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('bind' as const),
      id: fc.constantFrom(...IDS),
      customer: fc.constantFrom(...CUSTOMERS, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('metric' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('evict' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash in upkeep' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('alarm' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('seal' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('archive' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.constantFrom(1, 20, 60) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Does the smallest part of what is due, and loses the memory after it. */
async function crashInUpkeep(meter: MeterFixture): Promise<void> {
  await runInDurableObject(meter.stub, (_, { storage }) => {
    doUpkeepSlice(openMemory(storage, meter.environmentId, meter.name), {}, 1)
  })
  await meter.evict()
}

/** Seals what may be sealed, also while work is left to do on what is sealed already. */
async function sealSome(meter: MeterFixture): Promise<void> {
  await meter.search()
  await meter.seal()
}

async function archiveSome(meter: MeterFixture): Promise<void> {
  await meter.search()
  await meter.archive()
}

async function play(steps: Step[]): Promise<void> {
  const meter = new MeterFixture()
  const model = new Model()
  const metrics: [id: string, type: AggregationType][] = []
  const addMetric = async () => {
    const aggregationType = TYPES[metrics.length % TYPES.length]!
    const aggregationKey = aggregationType === 'COUNT' ? undefined : 'v'
    const part = { aggregationType, aggregationKey, propertyFilters: [{ name: 'v' }] }
    metrics.push([await meter.addMetric(part), aggregationType])
  }
  const check = async () => {
    for (const [metric, type] of metrics) {
      for (const customer of CUSTOMERS) {
        const total = await meter.total(customer, metric)
        expect([type, customer, total]).toEqual([type, customer, model.total(customer, type)])
      }
    }
  }
  await addMetric()
  for (const action of steps) {
    if (action.kind === 'ingest') {
      const events = action.events.map(({ id, transaction, hour, v }) =>
        sent(`t${transaction}`, id, { v }, { timestamp: `2026-03-02T0${hour}:00:00Z` }),
      )
      const expected = events.flatMap((event, i) => (model.accept(event, meter.now) ? [] : [i]))
      const outcome = await meter.ingest(...events)
      expect(outcome.duplicates).toEqual(expected)
    } else if (action.kind === 'bind') {
      model.holders.set(action.id, action.customer)
      await meter.bind(action.id, action.customer)
    } else if (action.kind === 'metric') await addMetric()
    else if (action.kind === 'crash in upkeep') await crashInUpkeep(meter)
    else if (action.kind === 'seal') await sealSome(meter)
    else if (action.kind === 'archive') await archiveSome(meter)
    else if (action.kind === 'evict') await meter.evict()
    else if (action.kind === 'alarm') await runDurableObjectAlarm(meter.stub)
    else if (action.kind === 'wait') meter.now += action.days * DAY_MS
    else await check()
  }
  await check()
  await meter.evict()
  await check()
}

test('whatever the order of events, moves, metrics and crashes, usage is that of the log', async () => {
  const runs = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), play)
  await fc.assert(runs, { numRuns: 30 })
}, 120_000)
