import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import type { Override, OverridePrioritization } from '../../../src/core/contracts/override.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import {
  MARCH,
  override,
  overwrite,
  rateEvents,
  tiered,
  times,
  totalOf,
} from '../../support/rate-events.ts'

import { catalog, metric, product, rate } from '../../support/terms.ts'

/**
 * A second opinion: every single unit of usage is priced by itself, in the order of time, by the
 * rules as the spec words them. Prices are whole numbers and multipliers quarters, so that binary
 * floats are exact.
 */
function priceUnits(
  uses: Use[],
  rates: Rate[],
  overrides: Override[],
  scheme: OverridePrioritization,
): number {
  const billed = new Map<string, number>()
  let total = 0
  for (const { hour, count, region } of uses.toSorted((a, b) => a.hour - b.hour)) {
    const now = MARCH.startMs + hour * HOUR_MS
    for (let unit = 0; unit < count; unit += 1) {
      const inForce = overrides.filter((each) => holds(each, now) && isForRegion(each, region))
      const entry = rates
        .filter((each) => holds(each, now))
        .sort((a, b) => specificity(b, region) - specificity(a, region) || b.sequence - a.sequence)
        .find((each) => specificity(each, region) >= 0)
      const said = inForce.findLast((each) => each.entitled !== null)?.entitled
      if (entry === undefined || !(said ?? entry.entitled)) continue
      const position = (billed.get(region) ?? 0) + 1
      billed.set(region, position)
      total += unitPrice(entry.price, inForce, scheme, position)
    }
  }
  return total
}

function unitPrice(
  price: Price,
  inForce: Override[],
  scheme: OverridePrioritization,
  position: number,
): number {
  const last = inForce.findLast(({ change }) => change?.type === 'OVERWRITE')?.change
  if (last?.type === 'OVERWRITE') return priceAt(last.price, position)
  const factors = inForce.flatMap(({ change }, i) => {
    if (change?.type === 'MULTIPLIER') {
      const factor = Number(change.multiplier)
      return [{ i, factor, rank: scheme === 'EXPLICIT' ? change.priority! : factor }]
    }
    if (change?.type !== 'TIERED' || scheme !== 'EXPLICIT') return []
    const step = change.tiers[stepAt(change.tiers, position)]
    return [{ i, factor: Number(step?.multiplier ?? 1), rank: change.priority }]
  })
  const [first] = factors.sort((a, b) => a.rank - b.rank || b.i - a.i)
  return priceAt(price, position) * (first?.factor ?? 1)
}

function priceAt(price: Price, position: number): number {
  if (price.rateType === 'FLAT') return Number(price.price)
  if (price.rateType !== 'TIERED') throw new Error('no such price here')
  return Number(price.tiers[stepAt(price.tiers, position)]!.price)
}

/** Which step the n-th unit lies in: lower bounds are exclusive, upper ones inclusive. */
function stepAt(steps: { size: string | null }[], position: number): number {
  let upTo = 0
  const at = steps.findIndex(({ size }) => {
    upTo += size === null ? Infinity : Number(size)
    return position <= upTo
  })
  return at < 0 ? steps.length : at
}

/** −1: not for the region. */
function specificity({ pricingGroupValues: values }: Rate, region: string): number {
  if (values === null) return 0
  return values['region'] === region ? 1 : -1
}

function isForRegion({ specifiers }: Override, region: string): boolean {
  const of = ({ pricingGroupValues: values }: Override['specifiers'][number]) =>
    values === undefined || values['region'] === region
  return specifiers.length === 0 || specifiers.some(of)
}

function holds(
  { startingAt, endingBefore }: { startingAt: number; endingBefore: number | null },
  at: number,
): boolean {
  return startingAt <= at && (endingBefore === null || at < endingBefore)
}

interface Use {
  hour: number
  count: number
  region: string
}

const hours = fc.nat(743)
const region = fc.constantFrom('eu', 'us')
const uses = fc.array(fc.record({ hour: hours, count: fc.nat(6), region }), { maxLength: 12 })
const span = fc.record({ from: hours, to: fc.option(hours) }).map(({ from, to }) => ({
  startingAt: MARCH.startMs + from * HOUR_MS,
  endingBefore: to === null ? null : MARCH.startMs + to * HOUR_MS,
}))
const rates = fc.array(
  fc.record({
    price: fc.constantFrom('8', '100', tiered('3@0 4@12 @4'), tiered('1@400 @8')),
    entitled: fc.constantFrom(true, true, true, false),
    pricingGroupValues: fc.option(region.map((value) => ({ region: value }))),
    span,
  }),
  { maxLength: 4 },
)
const quarters = fc.nat(8).map((n) => String(n / 4))
const change = fc.oneof(
  fc.tuple(quarters, fc.integer({ min: 1, max: 3 })).map(([by, rank]) => times(by, rank)),
  fc.constantFrom(overwrite('52'), null),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), quarters, fc.integer({ min: 1, max: 3 }))
    .map(([size, multiplier, priority]) => ({
      type: 'TIERED' as const,
      priority,
      tiers: [{ size: String(size), multiplier }],
    })),
)
const overrides = fc.array(
  fc.record({
    change,
    entitled: fc.constantFrom(null, null, true, false),
    region: fc.option(region),
    span,
  }),
  { maxLength: 5 },
)
const schemes = fc.constantFrom('LOWEST_MULTIPLIER' as const, 'EXPLICIT' as const)

test('a bill is what it comes to when every unit is priced by itself', () => {
  const byRegion = product({ state: { pricingGroupKey: ['region'] } })
  fc.assert(
    fc.property(uses, rates, overrides, schemes, (used, entries, changes, scheme) => {
      const card = entries.map(({ span: at, ...entry }) => rate({ ...entry, ...at }))
      const own = changes.map((each) =>
        override(each.change, {
          entitled: each.entitled,
          specifiers: each.region === null ? [] : [{ pricingGroupValues: { region: each.region } }],
          ...each.span,
        }),
      )
      // The card always has some price, so that what is not priced is the exception.
      const all = [rate({ price: '16' }), ...card]
      const events = used.flatMap((use) =>
        Array.from({ length: use.count }, () => ({
          at: new Date(MARCH.startMs + use.hour * HOUR_MS).toISOString().slice(0, 13),
          properties: { region: use.region },
        })),
      )
      const terms = { overrides: own, multiplierOverridePrioritization: scheme }
      const rated = rateEvents(
        catalog({
          products: [byRegion],
          metrics: [metric({ groupKeys: [['region']] })],
          rates: all,
        }),
        events,
        { terms },
      )
      expect(totalOf(rated)).toBe(String(priceUnits(used, all, own, scheme)))
    }),
    { numRuns: 400 },
  )
})
