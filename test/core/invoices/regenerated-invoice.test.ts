import { expect, test } from 'vitest'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import { openInvoices } from '../../../src/core/invoices/open-invoices.ts'
import {
  chargesOfVoid,
  regeneratedInvoiceId,
  regeneratedScheduled,
  regeneratedStatement,
} from '../../../src/core/invoices/regenerated-invoice.ts'
import { draftScheduledInvoice } from '../../../src/core/invoices/scheduled-invoice.ts'
import { draftUsageInvoice } from '../../../src/core/invoices/usage-invoice.ts'
import {
  charged,
  customerTerms,
  NOTHING_INVOICED,
  scheduledCharge,
} from '../../support/fixed-charges.ts'
import { at } from '../../support/terms.ts'

const NOW = at('2026-02-10')
const FEE = scheduledCharge('fee', { '2026-01-10': '100', '2026-02-01': '70' })

function voidOf(draft: Invoice): Invoice {
  return { ...draft, status: 'VOID', finalizedAt: NOW }
}

function setUp() {
  const contract = charged({ scheduledCharges: [FEE] })
  const terms = customerTerms([contract])
  const { statements, scheduled } = openInvoices(terms, NOTHING_INVOICED, NOW)
  const [statement] = statements
  const [first] = scheduled
  return { contract, terms, statement: statement!, first: first! }
}

test('an invoice that takes the place of a void one has an id of its own, always the same', () => {
  const id = regeneratedInvoiceId('9b85c1c1-5238-4f2a-a409-61412905e1e1')
  expect(id).not.toBe(regeneratedInvoiceId(id))
  expect(id).toBe(regeneratedInvoiceId('9b85c1c1-5238-4f2a-a409-61412905e1e1'))
})

test('a scheduled invoice is made anew on its date, of what the void one charged', () => {
  const { contract, terms, first } = setUp()
  const voided = voidOf(draftScheduledInvoice(first.header, [], null))
  const taken = new Map([
    ['fee/2026-01-10', voided.id],
    ['fee/2026-02-01', 'another'],
  ])
  const charges = chargesOfVoid(terms, contract, voided, taken)
  expect(charges.map(({ id }) => id)).toEqual(['fee/2026-01-10'])
  const anew = regeneratedScheduled(terms, contract, voided, charges)
  expect(anew).toEqual({
    ...first,
    header: {
      ...first.header,
      id: regeneratedInvoiceId(voided.id),
      regeneratedFromInvoiceId: voided.id,
    },
  })
})

test('a charge that was moved to another date is still of its void invoice; one that is gone is not', () => {
  const { contract, terms, first } = setUp()
  const voided = voidOf(draftScheduledInvoice(first.header, [], null))
  const taken = new Map([['fee/2026-01-10', voided.id]])
  const item = { ...FEE.schedule.items[0]!, at: at('2026-05-01'), amount: '90' }
  const moved = charged({
    scheduledCharges: [{ ...FEE, schedule: { ...FEE.schedule, items: [item] } }],
  })
  const charges = chargesOfVoid(customerTerms([moved]), moved, voided, taken)
  expect(charges.map(({ at: due }) => due)).toEqual([at('2026-05-01')])
  expect(chargesOfVoid(terms, charged({}), voided, taken)).toEqual([])
  expect(chargesOfVoid(terms, { ...contract, archivedAt: NOW }, voided, taken)).toEqual([])
})

test('a usage invoice is made anew for its period and with its date of issue', () => {
  const { statement } = setUp()
  const issuedAt = at('2026-02-05')
  const voided = voidOf({ ...draftUsageInvoice(statement.header, null, [], NOW), issuedAt })
  expect(regeneratedStatement(statement, voided, [])).toEqual({
    ...statement,
    header: {
      ...statement.header,
      id: regeneratedInvoiceId(voided.id),
      issuedAt,
      regeneratedFromInvoiceId: voided.id,
    },
    charges: [],
  })
})
