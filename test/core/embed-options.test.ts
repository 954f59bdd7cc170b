import { expect, test } from 'vitest'
import { readEmbedOptions } from '../../src/core/embed-options.ts'

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
