import type { AppliedLine, Invoice, UsageLine } from '../../src/core/invoices/invoice.ts'
import { USD } from '../../src/core/currency.ts'
import { at } from './terms.ts'

const MARCH = { startingAt: at('2026-03-01'), endingBefore: at('2026-04-01') }

const paidBy: AppliedLine['paidBy'] = {
  balanceId: 'credit',
  segmentId: 'segment',
  balanceType: 'CREDIT',
  balanceName: 'Credit',
  balanceCustomFields: {},
  remainingBefore: '4',
  remainingAfter: '0',
  runnerUp: null,
}

/** Two windows of usage of one product, 3 and 7, at 2 cents: 20 cents. */
export function usageLine(part: Partial<UsageLine> = {}): UsageLine {
  const middle = at('2026-03-11')
  return {
    type: 'usage',
    name: 'Calls',
    creditTypeId: USD.id,
    quantity: '10',
    unitPrice: '2',
    total: '20',
    ...MARCH,
    productId: 'product',
    productType: 'UsageProductListItem',
    productTags: [],
    productCustomFields: {},
    pricingGroupValues: null,
    presentationGroupValues: null,
    derivation: {
      metricId: 'metric',
      rateId: 'rate',
      increments: [
        { startingAt: MARCH.startingAt, endingBefore: middle, quantity: '3' },
        { startingAt: middle, endingBefore: MARCH.endingBefore, quantity: '7' },
      ],
      pricing: {
        groupKey: null,
        listPrice: { rateType: 'FLAT', price: '2' },
        override: null,
        lost: [],
      },
    },
    ...part,
  }
}

/** A credit of 4 cents that is used up. */
export function appliedLine(part: Partial<AppliedLine> = {}): AppliedLine {
  return {
    type: 'applied_commit_or_credit',
    name: 'Credit applied',
    creditTypeId: USD.id,
    total: '-4',
    ...MARCH,
    product: null,
    paidBy,
    ...part,
  }
}

/** The invoice of March with both lines: it is what its derivation leads to. */
export function provenInvoice(part: Partial<Invoice> = {}): Invoice {
  const draw = { balanceId: 'credit', segmentId: 'segment', amount: '4', at: MARCH.endingBefore }
  return {
    id: 'invoice',
    customerId: 'customer',
    contractId: 'contract',
    type: 'USAGE',
    status: 'FINALIZED',
    ...MARCH,
    issuedAt: at('2026-04-02'),
    finalizedAt: at('2026-04-02'),
    creditTypeId: USD.id,
    customFields: {},
    contractCustomFields: {},
    customerCustomFields: {},
    total: '16',
    lines: [usageLine(), appliedLine()],
    derivation: { ratingVersion: 4, rateSequence: 1, cut: null, unbilled: [], draws: [draw] },
    ...part,
  }
}
