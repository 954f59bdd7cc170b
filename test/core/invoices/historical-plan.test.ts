import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import type { Catalog } from '../../../src/core/catalog/catalog.ts'
import type { HistoricalLine } from '../../../src/core/invoices/historical-invoice.ts'
import { planHistorical } from '../../../src/core/invoices/historical-plan.ts'
import { rateStatement } from '../../../src/core/invoices/rate-statement.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import { facts } from '../../support/balances.ts'
import { showLines } from '../../support/drafts.ts'
import { credit } from '../../support/drawing.ts'
import { at, catalog, contract, metric, period, product, rate } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')
const KEYED = product({ state: { pricingGroupKey: ['model'] } })
const HEADER = usageInvoiceHeader({
  contract: contract(),
  customer: { customFields: {} },
  fiatCreditTypeId: USD.id,
  period: MARCH,
  graceMs: 0,
})

function show(card: Catalog, lines: Partial<HistoricalLine>[], balances = [credit('c', '25')]) {
  const drawing = {
    contractId: 'contract',
    balances,
    remaining: openingRemaining(balances, facts()),
  }
  const input = {
    id: 'new',
    contractId: 'contract',
    creditTypeId: USD.id,
    ...MARCH,
    issuedAt: MARCH.endMs,
    customFields: {},
    field: 'invoices[0]',
    lines: lines.map((line) => ({ productId: 'product', ...MARCH, ...line })),
  }
  const planned = planHistorical(input, card, {}, drawing)
  if (!planned.ok) return planned.error.message
  const draft = rateStatement(HEADER, planned.value, at('2026-05-01'), { drawing })
  return showLines(draft.lines)
}

const LADDER = {
  rateType: 'TIERED' as const,
  tiers: [
    { size: '4', price: '10' },
    { size: null, price: '5' },
  ],
}

test('given quantities are priced by the contract, climb its ladders and draw on balances', () => {
  const card = catalog({ rates: [rate({ price: LADDER })], metrics: [metric()] })
  const first = { ...period('2026-03-01', '2026-03-11'), quantity: '3' }
  const second = { ...period('2026-03-11', '2026-04-01'), quantity: '2' }
  expect(show(card, [second, first])).toEqual([
    'API calls 1..11: 2.5 × 10 = 25',
    'c applied: -25',
    'API calls 1..11: 0.5 × 10 = 5',
    'API calls 11..1: 1 × 10 = 10',
    'API calls 11..1: 1 × 5 = 5',
  ])
})

test('subtotals have the prices of their times; a single quantity has that of its start', () => {
  const rates = [rate({ price: '1' }), rate({ price: '2', startingAt: at('2026-03-11') })]
  const card = catalog({ rates, metrics: [metric()] })
  const subtotals = [
    { ...period('2026-03-05', '2026-03-06'), quantity: '3' },
    { ...period('2026-03-20', '2026-03-21'), quantity: '4' },
  ]
  expect(show(card, [{ subtotals }], [])).toEqual([
    'API calls 1..11: 3 × 1 = 3',
    'API calls 11..1: 4 × 2 = 8',
  ])
  expect(show(card, [{ quantity: '7' }], [])).toEqual([
    'API calls 1..11: 7 × 1 = 7',
    'API calls 11..1: 0 × 2 = 0',
  ])
})

test('quantities are as billed: nothing is converted or rounded', () => {
  const state = { quantityRounding: { method: 'ROUND_UP' as const, decimalPlaces: 0 } }
  const card = catalog({
    products: [product({ state })],
    rates: [rate({ price: '10' })],
    metrics: [metric()],
  })
  expect(show(card, [{ quantity: '1.5' }], [])).toEqual(['API calls 1..1: 1.5 × 10 = 15'])
})

test('a line names values for the keys of its product, and a product of the card', () => {
  const card = catalog({
    products: [KEYED],
    rates: [rate({ price: '10', pricingGroupValues: { model: 'm' } })],
    metrics: [metric({ groupKeys: [['model']] })],
  })
  const field = 'invoices[0].usage_line_items[0]'
  expect(show(card, [{ quantity: '1', pricingGroupValues: { model: 'm' } }], [])).toEqual([
    'API calls 1..1: 1 × 10 = 10',
  ])
  expect(show(card, [{ quantity: '1' }])).toBe(
    `${field}.pricing_group_values.model: expected a value`,
  )
  expect(show(card, [{ quantity: '1', presentationGroupValues: { team: 'a' } }])).toBe(
    `${field}.presentation_group_values.team: expected a key of the product`,
  )
  expect(show(card, [{ quantity: '1', productId: 'other' }])).toContain(`${field}.product_id`)
})
