import { expect, test } from 'vitest'
import { readEmbedOptions, showsInvoice } from '../../src/core/embed-options.ts'

const CONTRACT = '0190F5E2-7C1B-7D33-9B60-3B8C5F0A1D22'

test('options of the invoices are read by their keys, ids in lower case', () => {
  const options = [
    { key: 'invoice_status_filter', value: 'FINALIZED' },
    { key: 'contract_id', value: CONTRACT },
  ]
  expect(readEmbedOptions('invoices', options)).toEqual({
    ok: true,
    value: { invoice_status_filter: 'FINALIZED', contract_id: CONTRACT.toLowerCase() },
  })
  expect(readEmbedOptions('usage', [])).toEqual({ ok: true, value: {} })
})

test('what a dashboard does not have, or has otherwise, is refused by its place', () => {
  const cases = [
    [
      'usage',
      [{ key: 'invoice_type', value: 'USAGE' }],
      'dashboard_options[0].key: usage has the options: none',
    ],
    [
      'commits_and_credits',
      [{ key: 'constructor', value: 'x' }],
      'dashboard_options[0].key: commits_and_credits has the options: hide_grant_name, credit_ledger_credit_type_id',
    ],
    [
      'invoices',
      [
        { key: 'invoice_type', value: 'USAGE' },
        { key: 'show_zero_usage_line_items', value: 'yes' },
      ],
      'dashboard_options[1].value: expected one of true, false',
    ],
    [
      'invoices',
      [{ key: 'contract_id', value: 'x' }],
      'dashboard_options[0].value: expected a UUID',
    ],
    [
      'invoices',
      [
        { key: 'invoice_type', value: 'USAGE' },
        { key: 'invoice_type', value: 'USAGE' },
      ],
      'dashboard_options[1].key: invoice_type is given twice',
    ],
  ] as const
  for (const [dashboard, options, message] of cases) {
    expect(readEmbedOptions(dashboard, options)).toEqual({
      ok: false,
      error: { code: 'invalid', message },
    })
  }
})

test('an invoice is shown where every option has it, by its status, type, contract and billing', () => {
  const final = { status: 'FINALIZED', type: 'USAGE', contract_id: CONTRACT }
  const draft = { ...final, status: 'DRAFT', type: 'SCHEDULED', billable_status: 'unbillable' }
  const gone = { ...final, status: 'VOID', type: 'USAGE_CONSOLIDATED', contract_id: 'other' }
  const shown = (options: Record<string, string>) =>
    [final, draft, gone].map((invoice) => showsInvoice(options, invoice))
  for (const [options, expected] of [
    [{}, [true, true, true]],
    [{ invoice_status_filter: 'ALL' }, [true, true, true]],
    [{ invoice_status_filter: 'FINALIZED' }, [true, false, false]],
    [{ invoice_status_filter: 'FINALIZED_AND_DRAFT' }, [true, true, false]],
    [{ invoice_status_filter: 'VOID' }, [false, false, true]],
    [{ invoice_status_filter: 'VOID', hide_voided_invoices: 'true' }, [false, false, false]],
    [{ hide_voided_invoices: 'false' }, [true, true, true]],
    [{ invoice_type: 'USAGE' }, [true, false, true]],
    [{ invoice_type: 'SCHEDULED' }, [false, true, false]],
    [{ contract_id: CONTRACT }, [true, true, false]],
    [{ billable_status_filter: 'BILLABLE' }, [true, false, true]],
    [{ billable_status_filter: 'UNBILLABLE' }, [false, true, false]],
    [{ show_zero_usage_line_items: 'false' }, [true, true, true]],
  ] as const) {
    expect([options, shown(options)]).toEqual([options, expected])
  }
})
