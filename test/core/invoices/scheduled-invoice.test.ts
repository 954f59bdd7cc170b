import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { fixedLine } from '../../../src/core/invoices/fixed-line.ts'
import { openCharges } from '../../../src/core/invoices/open-scheduled.ts'
import { draftScheduledInvoice } from '../../../src/core/invoices/scheduled-invoice.ts'
import {
  charged,
  customerTerms,
  NOTHING_INVOICED,
  scheduledCharge,
} from '../../support/fixed-charges.ts'
import { at, product, rateCard } from '../../support/terms.ts'

const NOW = at('2026-01-10')

function draft(creditTypeId: string) {
  const fee = scheduledCharge('fee', { '2026-01-05': '10.5' }, creditTypeId)
  const contract = charged({ scheduledCharges: [fee] })
  const [open] = openCharges(customerTerms([contract]), contract, NOTHING_INVOICED, NOW).scheduled
  const item = { kind: 'scheduled_charge' as const, term: fee, item: fee.schedule.items[0]! }
  const line = fixedLine({ id: 'charge', item }, { product: product(), creditTypeId, now: NOW })
  const card = rateCard({
    conversions: [{ customCreditTypeId: 'credits', fiatPerCustomCredit: '2' }],
  })
  const header = { ...open!.header, creditTypeId: USD.id }
  return draftScheduledInvoice(header, [line!], { rateCard: card })
}

test('its lines add up to its total', () => {
  expect(draft(USD.id)).toMatchObject({
    type: 'SCHEDULED',
    finalizedAt: null,
    total: '10.5',
    lines: [{ total: '10.5' }],
  })
})

test('what is in a custom unit is converted as the card says', () => {
  expect(draft('credits')).toMatchObject({
    total: '21',
    lines: [{ total: '10.5' }, { type: 'cpu_conversion', quantity: '10.5', total: '21' }],
  })
})
