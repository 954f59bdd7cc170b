import { expect, test } from 'vitest'
import { appliedArithmetic, explainLine } from '../../../src/core/invoices/explain-line.ts'
import type { AppliedLine, UsageLine, LinePricing } from '../../../src/core/invoices/invoice.ts'
import { tiered, times } from '../../support/rate-events.ts'

function line(options: Partial<UsageLine>, quantities: string[], pricing?: LinePricing) {
  const increments = quantities.map((quantity) => ({ startingAt: 0, endingBefore: 1, quantity }))
  const derivation = { metricId: 'metric', rateId: 'rate', increments, pricing }
  return { ...options, derivation } as UsageLine
}

const PRICING: LinePricing = {
  groupKey: null,
  listPrice: tiered('5@10 @4'),
  override: { id: 'half', change: times('0.5') },
  lost: [],
  position: '3',
}

test('a line of a ladder is explained by the price with the override and all steps walked', () => {
  const amount = { quantity: '4', unitPrice: '2', total: '8' }
  expect(explainLine(line(amount, ['1', '5'], PRICING))).toEqual({
    price: tiered('5@5 @2'),
    quantity: '6',
    ladder: {
      position: '3',
      steps: [
        { level: 1, startingAt: '0', size: '5', quantity: '2', unitPrice: '5', total: '10' },
        { level: 2, startingAt: '5', size: null, quantity: '4', unitPrice: '2', total: '8' },
      ],
    },
    arithmetic: '4 × 2 = 8',
  })
})

test('a line that was stored with a flat price only is explained by it', () => {
  const amount = { quantity: '3', unitPrice: '7', total: '21' }
  expect(explainLine(line(amount, ['1', '2']))).toEqual({
    price: { rateType: 'FLAT', price: '7' },
    quantity: '3',
    ladder: null,
    arithmetic: '3 × 7 = 21',
  })
})

test('what is taken off a line is explained by what the balance had before and after', () => {
  const paidBy = { remainingBefore: '50.5', remainingAfter: '0.25' }
  const applied = { total: '-50.25', paidBy } as AppliedLine
  expect(appliedArithmetic(applied)).toBe('50.5 − 50.25 = 0.25')
})
