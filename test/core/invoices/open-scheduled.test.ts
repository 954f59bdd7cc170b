import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import {
  invoicedBy,
  nextScheduledDue,
  openCharges,
  type Invoiced,
} from '../../../src/core/invoices/open-scheduled.ts'
import {
  charged,
  customerTerms,
  NOTHING_INVOICED,
  paidCommit,
  scheduledCharge,
} from '../../support/fixed-charges.ts'
import { at, subscription } from '../../support/terms.ts'

const NOW = at('2026-01-10')
const FEE = scheduledCharge('fee', { '2026-01-05': '10', '2026-02-05': '10' })

test('a scheduled invoice is a draft without a period, issued on its date', () => {
  const contract = charged({ scheduledCharges: [FEE], netPaymentTermsDays: 30 })
  const { scheduled } = openCharges(customerTerms([contract]), contract, NOTHING_INVOICED, NOW)
  expect(scheduled.map(({ header }) => header)).toMatchObject([
    {
      type: 'SCHEDULED',
      status: 'DRAFT',
      startingAt: null,
      endingBefore: null,
      issuedAt: at('2026-01-05'),
      creditTypeId: USD.id,
      netPaymentTermsDays: 30,
    },
    { issuedAt: at('2026-02-05') },
  ])
})

test('what is invoiced is not open; what comes up for the same date later has another id', () => {
  const contract = charged({ scheduledCharges: [FEE] })
  const terms = customerTerms([contract])
  const [first] = openCharges(terms, contract, NOTHING_INVOICED, NOW).scheduled
  const taken = new Set(['fee/2026-01-05'])
  const invoiced = invoicedBy([{ ...first!.header, status: 'FINALIZED' }], taken)
  const dates = openCharges(terms, contract, invoiced, NOW).scheduled
  expect(dates.map(({ header }) => header.issuedAt)).toEqual([at('2026-02-05')])

  const more = scheduledCharge('more', { '2026-01-05': '3' })
  const edited = charged({ scheduledCharges: [FEE, more] })
  const [late] = openCharges(customerTerms([edited]), edited, invoiced, NOW).scheduled
  expect(late!.charges.map(({ id }) => id)).toEqual(['more/2026-01-05'])
  expect(late!.header.id).not.toBe(first!.header.id)
})

test('the earliest date that is not invoiced falls due next, past ones too', () => {
  const contract = charged({ scheduledCharges: [FEE] })
  const due = nextScheduledDue(customerTerms([contract]), contract, NOTHING_INVOICED, NOW)
  expect(due).toMatchObject([{ kind: 'finalize-scheduled-invoice', dueAt: at('2026-01-05') }])
  const none = charged({})
  expect(nextScheduledDue(customerTerms([none]), none, NOTHING_INVOICED, NOW)).toEqual([])
})

test('a draft that was given another date is issued and falls due on it, whatever its order', () => {
  const contract = charged({ scheduledCharges: [FEE] })
  const terms = customerTerms([contract])
  const [first] = openCharges(terms, contract, NOTHING_INVOICED, NOW).scheduled
  const issueDates = new Map([[first!.header.id, at('2026-03-01')]])
  const invoiced = { ...NOTHING_INVOICED, issueDates }
  const [moved] = openCharges(terms, contract, invoiced, NOW).scheduled
  expect(moved).toEqual({ ...first, header: { ...first!.header, issuedAt: at('2026-03-01') } })
  const due = nextScheduledDue(terms, contract, invoiced, NOW)
  expect(due).toMatchObject([{ dueAt: at('2026-02-05') }])
})

test('the next charge of a yearly subscription is found a year ahead', () => {
  const yearly = subscription({
    billingFrequency: 'ANNUAL',
    invoicePlacement: 'ON_SCHEDULED_INVOICE',
  })
  const contract = charged({ subscriptions: [yearly] })
  const terms = customerTerms([contract])
  const [first] = openCharges(terms, contract, NOTHING_INVOICED, NOW).scheduled
  const taken = invoicedBy([], new Set(first!.charges.map(({ id }) => id)))
  expect(nextScheduledDue(terms, contract, taken, NOW)).toMatchObject([{ dueAt: at('2027-01-01') }])
})

test('the first charge of a contract that starts in years is found', () => {
  const startingAt = at('2030-01-01')
  const contract = charged({ subscriptions: [subscription({ startingAt })] }, { startingAt })
  const due = nextScheduledDue(customerTerms([contract]), contract, NOTHING_INVOICED, NOW)
  expect(due).toMatchObject([{ dueAt: startingAt }])
})

test('what comes after a true-up that waits for usage is due beside it', () => {
  const commit = paidCommit('b1', { '2026-04-01': '100' }, { type: 'POSTPAID' })
  const fee = scheduledCharge('fee', { '2026-04-20': '10', '2026-05-20': '10' })
  const own = charged({ scheduledCharges: [fee] }, { endingBefore: at('2026-04-01') })
  const terms = customerTerms([own], [commit])
  const dates = (invoiced: Invoiced, now: string) =>
    nextScheduledDue(terms, own, invoiced, at(now)).map(({ dueAt }) => dueAt)
  const trueup = at('2026-04-02') + 1
  expect(dates(NOTHING_INVOICED, '2026-04-10')).toEqual([trueup, at('2026-04-20')])
  expect(dates(NOTHING_INVOICED, '2026-04-01')).toEqual([trueup])
  expect(dates({ ...NOTHING_INVOICED, isInvoiced: () => true }, '2026-04-10')).toEqual([trueup])
})
