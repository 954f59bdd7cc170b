import fc from 'fast-check'
import { expect, test } from 'vitest'
import { completeMoves } from '../../src/actions/move-ids.ts'
import {
  addContribution,
  contributionOf,
  emptyState,
  stateValue,
} from '../../src/core/metering/aggregate.ts'
import { toText } from '../../src/core/decimal.ts'
import type { AggregationType } from '../../src/core/metering/metric.ts'
import { DAY_MS } from '../../src/core/time.ts'
import { bindings } from '../support/billing.ts'
import { VARIED_QUERIES } from '../core/sql/varied-queries.ts'
import { PlacedFixture, type PlacedEvent } from '../support/placed.ts'

const LIFETIME_MS = 35 * DAY_MS + 5 * 60_000
const TYPES: AggregationType[] = ['SUM', 'COUNT', 'MAX', 'LATEST', 'UNIQUE']
/** They are held against the naive evaluation of the log: of all kinds of fragments. */
const QUERIES = [
  'SELECT SUM(properties.v) / COUNT(*) AS value, properties.zone FROM events GROUP BY zone',
  "SELECT SUM(peak) AS value FROM (SELECT date_trunc('day', timestamp) AS d, properties.zone AS z, MAX(properties.v) AS peak FROM events GROUP BY d, z)",
  'SELECT COUNT(DISTINCT properties.zone) + LATEST(properties.v) AS value, MIN(timestamp) AS since FROM events WHERE properties.v > 2',
  'SELECT SUM(v - before) AS value FROM (SELECT CAST(properties.v AS INT) AS v, LAG(CAST(properties.v AS INT)) OVER (PARTITION BY properties.zone ORDER BY timestamp) AS before FROM events)',
  'SELECT percentile_cont(0.3) WITHIN GROUP (ORDER BY properties.v) AS value, customer_id FROM events GROUP BY customer_id',
]
const ALIASES = ['x', 'y', 'z']

interface Accepted extends PlacedEvent {
  atMs: number
}

/** What an environment must answer, from the events that it accepted, in one list. */
class Model {
  readonly log: Accepted[] = []
  readonly holders = new Map<string, number>()

  private ownerOf(id: string): number | string {
    return this.holders.get(id) ?? id
  }

  isDuplicate({ id, tx }: PlacedEvent, atMs: number): boolean {
    return this.log.some(
      (other) =>
        other.tx === tx &&
        this.ownerOf(other.id) === this.ownerOf(id) &&
        atMs - other.atMs < LIFETIME_MS,
    )
  }

  total(customer: number, aggregationType: AggregationType): string | null {
    const countedAt = new Map<string, number>()
    const state = emptyState(aggregationType)
    let isEmpty = true
    for (const { id, tx, v, atMs } of this.log) {
      if (this.holders.get(id) !== customer) continue
      const last = countedAt.get(tx)
      if (last !== undefined && atMs - last < LIFETIME_MS) continue
      countedAt.set(tx, atMs)
      const event = {
        transactionId: tx,
        ingestId: id,
        eventType: 'use',
        timestampMs: atMs,
        subMs: '',
        properties: { v },
      }
      const contribution = contributionOf({ aggregationType, aggregationKey: 'v' }, event)
      addContribution(state, contribution!, event)
      isEmpty = false
    }
    return isEmpty ? null : toText(stateValue(state))
  }
}

const customer = fc.nat(1)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      events: fc.uniqueArray(
        fc.record({
          id: fc.constantFrom('x', 'y', 'z', 'customer 0', 'customer 1'),
          tx: fc.nat(4).map((n) => `t${n}`),
          v: fc.nat(9).map(String),
        }),
        { minLength: 1, maxLength: 5, selector: ({ tx }) => tx },
      ),
      isStale: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('alias' as const),
      customer,
      aliases: fc.uniqueArray(fc.constantFrom(...ALIASES)),
      steps: fc.nat(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      customer,
      more: fc.constantFrom(1, 2),
      steps: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('evict' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('complete' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('seal' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('check' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.constantFrom(1, 20, 50) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function play(sharedMeters: number, steps: Step[], varied: string[]): Promise<void> {
  const queries = [...QUERIES, ...varied]
  const fixture = await PlacedFixture.create(sharedMeters, TYPES, queries)
  const model = new Model()
  const customers = [await fixture.addCustomer(), await fixture.addCustomer()]
  customers.forEach((id, i) => model.holders.set(id, i))
  const meters = [0, 0]
  const complete = () => completeMoves(bindings, fixture.environmentId)
  const doSteps = async (count: number) => {
    for (const move of await fixture.moves()) {
      // What is sealed between two steps is in the same places still.
      await fixture.doSteps(move, count, () => fixture.sealAll())
    }
  }
  const check = async () => {
    for (const type of TYPES) {
      for (const [i, id] of customers.entries()) {
        const total = await fixture.total(id, type)
        expect([type, i, total]).toEqual([type, i, model.total(i, type)])
      }
    }
    for (const id of customers) expect(await fixture.verify(id)).toEqual([])
  }
  const first = await fixture.environment()
  for (const action of steps) {
    if (action.kind === 'ingest') {
      const events = action.events.map((event) => {
        const [, at] = event.id.split(' ')
        return { ...event, id: at === undefined ? event.id : customers[Number(at)]! }
      })
      const isSettled = (await fixture.moves()).length === 0
      const current = await fixture.environment()
      const { placementVersion } = action.isStale ? first : current
      const accepted = await fixture.ingest(events, { ...current, placementVersion })
      const expected = events.map((event) => !model.isDuplicate(event, fixture.now))
      // While an id is on its way to its new holder, its events may be taken in first.
      if (isSettled) expect(accepted).toEqual(expected)
      events.forEach((event, i) => {
        if (accepted[i]) model.log.push({ ...event, atMs: fixture.now })
        else expect(expected[i]).toBe(false)
      })
    } else if (action.kind === 'alias') {
      const isTaken = (id: string) => (model.holders.get(id) ?? action.customer) !== action.customer
      const aliases = action.aliases.filter((id) => !isTaken(id))
      const begin = () => fixture.beginAliases(customers[action.customer]!, aliases)
      await begin().catch(async () => {
        await complete()
        await begin()
      })
      for (const id of ALIASES) {
        if (aliases.includes(id)) model.holders.set(id, action.customer)
        else if (model.holders.get(id) === action.customer) model.holders.delete(id)
      }
      await doSteps(action.steps)
    } else if (action.kind === 'place') {
      const more = meters[action.customer]! + action.more
      if (more > 4) continue
      meters[action.customer] = more
      const begin = () => fixture.beginPlacement(customers[action.customer]!, more)
      await begin().catch(async () => {
        await complete()
        await begin()
      })
      await doSteps(action.steps)
    } else if (action.kind === 'evict') await fixture.evictAll()
    else if (action.kind === 'complete') await complete()
    else if (action.kind === 'seal') await fixture.sealAll()
    else if (action.kind === 'wait') fixture.now += action.days * DAY_MS
    else await check()
  }
  await check()
  await fixture.evictAll()
  await check()
}

test('wherever ids are at home, and whatever crashes on their way, usage is that of one log', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2),
      fc.array(step, { minLength: 4, maxLength: 16 }),
      fc.subarray(VARIED_QUERIES, { minLength: 3, maxLength: 3 }),
      play,
    ),
    { numRuns: 8, endOnFailure: true },
  )
}, 300_000)
