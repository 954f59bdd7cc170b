import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import { Decimal, sum, toText, ZERO } from '../../../src/core/decimal.ts'
import type { Invoice, InvoiceLine } from '../../../src/core/invoices/invoice.ts'
import { replayApplied, replayLine } from '../../../src/core/invoices/replay-line.ts'
import type { Applicability, Balance } from '../../../src/core/ledger/balance.ts'
import { sourceKey, takeDraws } from '../../../src/core/ledger/draw.ts'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { balance as anyBalance, facts } from '../../support/balances.ts'
import { composite, draftMarch, percentage } from '../../support/drafts.ts'
import { paid, QUANTITY } from '../../support/drawing.ts'
import { MARCH, override, overwrite, tiered, times } from '../../support/rate-events.ts'
import { catalog, product, rate } from '../../support/terms.ts'

/** What must hold whatever the prices, the usage and the balances are. */

const hour = fc.nat(743).map((hours) => MARCH.startMs + hours * HOUR_MS)
const funds = fc.tuple(fc.nat(300), fc.nat(99)).map(([a, b]) => `${a}.${b}`)
const price = fc.constantFrom<Price>(
  { rateType: 'FLAT', price: '0' },
  { rateType: 'FLAT', price: '3' },
  { rateType: 'FLAT', price: '0.7' },
  tiered('5@3 4@0.5 @7'),
  tiered('10@0 @1'),
)
const kind = fc.constantFrom('x', 'y')

const applicability = fc.constantFrom<Applicability>(
  {},
  {},
  { productIds: ['plain', 'fee'] },
  { productTags: ['keyed'] },
  { specifiers: [{ productId: 'plain' }, { pricingGroupValues: { kind: 'x' } }] },
)

const seats = { subscriptionId: 'sub', groupKey: 'kind' }

interface BalanceSpec {
  type: Balance['type']
  amount: string
  from: number
  hours: number
  priority: number
  rateType: Balance['rateType']
  applicability: Applicability
  isSeated: boolean
}

const balanceSpec: fc.Arbitrary<BalanceSpec> = fc.record({
  type: fc.constantFrom('CREDIT', 'PREPAID', 'POSTPAID'),
  amount: funds,
  from: fc.oneof(fc.constant(MARCH.startMs), hour),
  hours: fc.oneof(fc.constant(2000), fc.integer({ min: 1, max: 400 })),
  priority: fc.nat(3),
  rateType: fc.constantFrom('LIST_RATE', 'COMMIT_RATE'),
  applicability,
  isSeated: fc.integer({ max: 5, min: 0 }).map((n) => n === 0),
})

function makeBalance(spec: BalanceSpec, i: number): Balance {
  const segment = {
    id: `s${i}`,
    amount: spec.amount,
    startingAt: spec.from,
    endingBefore: spec.from + spec.hours * HOUR_MS,
    ...(spec.isSeated && { seats: { x: spec.amount, z: '0' } }),
  }
  return anyBalance({
    id: `b${i}`,
    type: spec.type,
    priority: String(spec.priority),
    rateType: spec.rateType,
    applicability: spec.applicability,
    segments: [segment],
    payments: spec.type === 'CREDIT' ? null : paid('1'),
    ...(spec.isSeated && { seats }),
  })
}

const change = fc.constantFrom(times('0.5'), times('1.5'), overwrite('2'), times('0'))
const statement = fc.record({
  aggregation: fc.constantFrom('SUM' as const, 'LATEST' as const),
  rates: fc.array(
    fc.record({ price, startingAt: hour, commitPrice: fc.option(price), isKeyed: fc.boolean() }),
    { maxLength: 4 },
  ),
  overrides: fc.array(fc.record({ change, startingAt: hour, isCommitSpecific: fc.boolean() }), {
    maxLength: 3,
  }),
  uses: fc.array(fc.record({ at: hour, value: fc.integer({ min: -5, max: 40 }), kind }), {
    maxLength: 12,
  }),
  balances: fc.array(balanceSpec, { maxLength: 5 }).map((specs) => specs.map(makeBalance)),
})
type Statement = typeof statement extends fc.Arbitrary<infer T> ? T : never

function draft(spec: Statement, balances: readonly Balance[] | undefined = spec.balances): Invoice {
  const rates = spec.rates.map(({ isKeyed, ...each }, i) =>
    rate({ ...each, id: String(i), sequence: i + 9, productId: isKeyed ? 'keyed' : 'plain' }),
  )
  const base = ['plain', 'keyed'].map((productId, i) =>
    rate({ id: productId, sequence: i, productId, price: '2' }),
  )
  const fee = rate({ id: 'fee', sequence: 2, productId: 'fee', price: percentage('0.1') })
  const card = catalog({
    products: [
      product({ id: 'plain', state: { name: 'Plain' } }),
      product({
        id: 'keyed',
        state: { name: 'Keyed', tags: ['keyed'], pricingGroupKey: ['kind'] },
      }),
      composite('fee', { compositeProductIds: ['plain', 'keyed'] }),
    ],
    metrics: [{ ...QUANTITY, aggregationType: spec.aggregation, groupKeys: [['kind']] }],
    rates: [...base, fee, ...rates],
  })
  const overrides = spec.overrides.map((each, i) => {
    return override(each.change, { ...each, id: `o${i}` })
  })
  const events = spec.uses.map((use) => ({
    at: new Date(use.at).toISOString().slice(0, 13),
    value: String(use.value),
    properties: { kind: use.kind },
  }))
  return draftMarch(card, events, { overrides }, { balances })
}

function check(law: (spec: Statement) => void, numRuns = 150): void {
  fc.assert(fc.property(statement, law), { numRuns })
}

const total = (lines: readonly InvoiceLine[]) => sum(lines.map((line) => new Decimal(line.total)))
const drawnBy = ({ derivation: { draws = [] } }: Invoice) => draws

function withoutCommitPrices(spec: Statement): Statement {
  return {
    ...spec,
    rates: spec.rates.map((each) => ({ ...each, commitPrice: null })),
    overrides: spec.overrides.map((each) => ({ ...each, isCommitSpecific: false })),
  }
}

test('no segment and no seat gives more than it has, and none gets anything back', () => {
  check((spec) => {
    const draws = drawnBy(draft(spec))
    const remaining = openingRemaining(spec.balances, facts())
    for (const draw of draws) {
      expect(new Decimal(draw.amount).gt(0)).toBe(true)
      expect(new Decimal(remaining.get(sourceKey(draw))!).gte(draw.amount)).toBe(true)
    }
    const left = takeDraws(remaining, draws)
    expect([...left.values()].filter((each) => new Decimal(each).isNegative())).toEqual([])
  })
})

test('what is drawn is what the lines say, and all lines add up', () => {
  check((spec) => {
    const { lines, total: charged, derivation } = draft(spec)
    const applied = lines.filter((line) => line.type === 'applied_commit_or_credit')
    const owed = applied.filter(({ paidBy }) => paidBy.balanceType === 'POSTPAID')
    expect(toText(total(lines).minus(total(owed)))).toBe(charged)
    const drawn = sum((derivation.draws ?? []).map((draw) => new Decimal(draw.amount)))
    expect(toText(total(applied).neg())).toBe(toText(drawn))
  })
})

test('without prices of their own, balances take off the total exactly what is drawn on them', () => {
  check((any) => {
    const spec = withoutCommitPrices(any)
    const [with_, without] = [draft(spec), draft(spec, [])]
    const types = new Map(spec.balances.map(({ id, type }) => [id, type]))
    const own = drawnBy(with_).filter(({ balanceId }) => types.get(balanceId) !== 'POSTPAID')
    const drawn = sum(own.map((draw) => new Decimal(draw.amount)))
    expect(toText(drawn.plus(with_.total))).toBe(without.total)
  })
})

test('each unit is charged once, whoever pays for it and at which price', () => {
  const units = ({ lines }: Invoice) => {
    const quantities: Record<string, string> = {}
    for (const line of lines) {
      if (line.type !== 'usage') continue
      const { name, pricingGroupValues, quantity } = line
      const key = `${name} ${pricingGroupValues?.['kind'] ?? ''}`
      quantities[key] = toText(new Decimal(quantities[key] ?? 0).plus(quantity))
    }
    return quantities
  }
  check((spec) => {
    expect(units(draft(spec))).toEqual(units(draft(spec, [])))
  })
})

test('of the lines of a charge, the unpaid one has its price, and the paid ones what is drawn', () => {
  check((spec) => {
    const { lines } = draft(spec)
    for (const [i, line] of lines.entries()) {
      if (!('part' in line) || line.part === undefined) continue
      const { part, paidBy, unitPrice, quantity, total: amount } = line
      expect(new Decimal(quantity).gte(0)).toBe(true)
      if (paidBy === undefined) expect(unitPrice).toBe(part.charge.unitPrice)
      else if (amount !== '0') {
        expect(lines[i + 1]).toMatchObject({ paidBy, total: `-${amount}` })
        const drawn = new Decimal(paidBy.remainingBefore).minus(paidBy.remainingAfter)
        expect(toText(drawn)).toBe(amount)
      }
      const error = new Decimal(quantity).times(unitPrice).minus(amount).abs()
      expect(error.lte(new Decimal(part.charge.total).plus(amount).times('1e-32'))).toBe(true)
    }
  })
})

test('replaying the derivation of any line gives it again', () => {
  check((spec) => {
    for (const line of draft(spec).lines) {
      if (line.type === 'applied_commit_or_credit') {
        expect(replayApplied(line)).toBe(line.total)
      } else {
        const { quantity, unitPrice, total: amount } = line
        expect(replayLine(line)).toEqual({ quantity, unitPrice, total: amount })
      }
    }
  })
})

test('rating again gives the same bytes, in whichever order the balances are listed', () => {
  check((spec) => {
    const text = JSON.stringify(draft(spec))
    expect(JSON.stringify(draft(spec))).toBe(text)
    expect(JSON.stringify(draft(spec, spec.balances.toReversed()))).toBe(text)
  }, 60)
})

test('balances that cannot pay for the contract change nothing', () => {
  check((spec) => {
    const plain = JSON.stringify(draft({ ...spec, balances: [] }))
    const elsewhere = spec.balances.map((each) => ({ ...each, contractId: 'other' }))
    expect(JSON.stringify(draft(spec, elsewhere))).toBe(plain)
    const archived = spec.balances.map((each) => ({ ...each, archivedAt: 1 }))
    expect(JSON.stringify(draft(spec, archived))).toBe(plain)
  }, 60)
})

test('a balance does the same as two that share its amount', () => {
  check((spec) => {
    const halves = spec.balances.flatMap((each) => {
      const [segment] = each.segments
      if (segment!.seats !== undefined) return [each]
      const part = toText(new Decimal(segment!.amount).div(4))
      const rest = toText(new Decimal(segment!.amount).minus(part))
      const share = (id: string, own: string) => {
        return { ...each, id: `${each.id}${id}`, segments: [{ ...segment!, amount: own }] }
      }
      return [share('', part), share('+', rest)]
    })
    const [one, two] = [draft(withoutCommitPrices(spec)), draft(withoutCommitPrices(spec), halves)]
    expect(two.total).toBe(one.total)
    const byBalance = (invoice: Invoice) => {
      const amounts: Record<string, string> = {}
      for (const { balanceId, amount: drawn } of drawnBy(invoice)) {
        const id = balanceId.replace('+', '')
        amounts[id] = toText(new Decimal(amounts[id] ?? ZERO).plus(drawn))
      }
      return amounts
    }
    expect(byBalance(two)).toEqual(byBalance(one))
  })
})
