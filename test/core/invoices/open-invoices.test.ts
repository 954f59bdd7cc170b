import { expect, test } from 'vitest'
import { openInvoices } from '../../../src/core/invoices/open-invoices.ts'
import {
  charged,
  customerTerms,
  NOTHING_INVOICED,
  scheduledCharge,
} from '../../support/fixed-charges.ts'
import { at } from '../../support/terms.ts'

test('statements draw in the order of their ends, then of their contracts', () => {
  const contracts = [
    charged({}, { id: 'young', createdAt: 9 }),
    charged({}, { id: 'b', createdAt: 2 }),
    charged({}, { id: 'a', createdAt: 2 }),
    charged({}, { id: 'short', createdAt: 9, endingBefore: at('2026-02-10') }),
  ]
  const { statements } = openInvoices(customerTerms(contracts), NOTHING_INVOICED, at('2026-02-05'))
  expect(
    statements.map(
      ({ contract, period }) =>
        `${contract.id} ${new Date(period.endMs).toISOString().slice(5, 10)}`,
    ),
  ).toEqual([
    'a 02-01',
    'b 02-01',
    'short 02-01',
    'young 02-01',
    'short 02-10',
    'a 03-01',
    'b 03-01',
    'young 03-01',
  ])
})

test('each fixed charge is on one open invoice', () => {
  const fee = scheduledCharge('fee', {
    '2026-01-01': '1',
    '2026-02-01': '1',
    '2026-02-10': '1',
    '2026-04-01': '1',
  })
  const contract = charged({ scheduledCharges: [fee], scheduledChargesOnUsageInvoices: 'ALL' })
  const open = openInvoices(customerTerms([contract]), NOTHING_INVOICED, at('2026-02-05'))
  expect(open.statements.map(({ charges }) => charges.map(({ id }) => id))).toEqual([
    ['fee/2026-02-01'],
    [],
  ])
  expect(open.scheduled.map(({ charges }) => charges.map(({ id }) => id))).toEqual([
    ['fee/2026-01-01'],
    ['fee/2026-02-10'],
  ])
})
