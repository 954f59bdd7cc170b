import { expect, test } from 'vitest'
import {
  finalQuestions,
  metricsOfLines,
  verifyFinalUsage,
} from '../../../src/core/invoices/verify-final-usage.ts'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import { at, metric } from '../../support/terms.ts'
import { appliedLine, provenInvoice, usageLine } from '../../support/proven-invoice.ts'

const METRICS = new Map([['metric', metric({ id: 'metric' })]])
const BOUNDARIES = ['2026-03-01', '2026-03-11', '2026-04-01'].map(at)

function told(invoice: Invoice, answers: Parameters<typeof verifyFinalUsage>[1]) {
  const [asked] = finalQuestions(invoice, METRICS)
  return verifyFinalUsage(asked!, answers).map(
    ({ line, group, expected, found }) => `${line} ${group?.join()}: ${expected} not ${found}`,
  )
}

test('lines are asked about as they were read: in the windows of their increments', () => {
  expect(metricsOfLines(provenInvoice())).toEqual(['metric'])
  const asked = finalQuestions(provenInvoice(), METRICS)
  expect(asked.map(({ question }) => question)).toEqual([
    { metric: METRICS.get('metric'), groupKey: null, boundaries: BOUNDARIES },
  ])
  expect(finalQuestions(provenInvoice({ startingAt: null, endingBefore: null }), METRICS)).toEqual(
    [],
  )
})

test('the filters of a contract hold from their start on', () => {
  const { derivation } = usageLine()
  const filter = {
    id: 'filter',
    groupKey: 'zone',
    groupValues: ['eu'],
    startingAt: at('2026-03-11'),
    createdAt: 0,
    createdBy: '',
  }
  const pricing = { ...derivation.pricing!, usageFilters: [filter] }
  const lines = [usageLine({ derivation: { ...derivation, pricing } }), appliedLine()]
  const [asked] = finalQuestions(provenInvoice({ lines }), METRICS)
  expect(asked!.question.conditions).toEqual([[], [{ property: 'zone', values: ['eu'] }]])
})

test('usage that is what the lines charge has no difference, also where steps of a ladder share it', () => {
  expect(told(provenInvoice(), [{ group: [], increments: ['3', '7'] }])).toEqual([])
  const lines = [usageLine(), usageLine({ name: 'Step 2' }), appliedLine()]
  expect(told(provenInvoice({ lines }), [{ group: [], increments: ['3', '7'] }])).toEqual([])
})

test('a window that charges other usage is told with its line', () => {
  expect(told(provenInvoice(), [{ group: [], increments: ['3', '6.5'] }])).toEqual([
    '0 : 6.5 not 7',
  ])
  expect(told(provenInvoice(), [])).toEqual(['0 : 0 not 3', '0 : 0 not 7'])
})

test('what was metered counts, not what it was converted to', () => {
  const { derivation } = usageLine()
  const increments = derivation.increments.map((each) => ({ ...each, raw: '1' }))
  const lines = [usageLine({ derivation: { ...derivation, increments } }), appliedLine()]
  expect(told(provenInvoice({ lines }), [{ group: [], increments: ['1', '1'] }])).toEqual([])
})

test('usage that no line has is told: in a window, and of a group', () => {
  const { derivation } = usageLine()
  const keyed = { ...derivation.pricing!, groupKey: ['zone'] }
  const [first] = derivation.increments
  const line = usageLine({
    pricingGroupValues: { zone: 'eu' },
    derivation: { ...derivation, pricing: keyed, increments: [first!] },
  })
  const answers = [
    { group: ['eu'], increments: ['3', '7'] },
    { group: ['us'], increments: ['0', '1'] },
  ]
  expect(told(provenInvoice({ lines: [line] }), answers)).toEqual([
    'undefined eu: 7 not null',
    'undefined us: 1 not null',
  ])
})

test('usage that the invoice leaves unbilled is held against the events as well', () => {
  const { derivation } = usageLine()
  const keyed = { ...derivation.pricing!, groupKey: ['zone'] }
  const lines = [
    usageLine({
      pricingGroupValues: { zone: 'eu' },
      derivation: { ...derivation, pricing: keyed },
    }),
    appliedLine(),
  ]
  const item = {
    productId: usageLine().productId,
    reason: 'no_rate' as const,
    quantity: '4',
    startingAt: BOUNDARIES[0]!,
    endingBefore: BOUNDARIES[2]!,
    pricingGroupValues: { zone: 'us' },
    presentationGroupValues: null,
  }
  const increments = [{ startingAt: BOUNDARIES[1]!, endingBefore: BOUNDARIES[2]!, quantity: '4' }]
  const withUnbilled = (...unbilled: Invoice['derivation']['unbilled']) => {
    const invoice = provenInvoice({ lines })
    return { ...invoice, derivation: { ...invoice.derivation, unbilled } }
  }
  const answers = (quantity: string) => [
    { group: ['eu'], increments: ['3', '7'] },
    { group: ['us'], increments: ['0', quantity] },
  ]
  expect(told(withUnbilled({ ...item, increments }), answers('4'))).toEqual([])
  // The steps of a ladder share their windows.
  expect(told(withUnbilled(item, { ...item, increments }), answers('4'))).toEqual([])
  expect(told(withUnbilled({ ...item, increments }), answers('5'))).toEqual([
    'undefined us: 5 not 4',
  ])
  // Before rating version 5, of what is not billed only the sum was noted.
  expect(told(withUnbilled(item), answers('4'))).toEqual([])
})
