import { expect, test } from 'vitest'
import type { Contract, ContractEdit } from '../../../src/dashboard/api/answers.ts'
import { contractDates } from '../../../src/dashboard/pages/contracts/contract-dates.ts'
import { describeEdit } from '../../../src/dashboard/pages/contracts/describe-edit.ts'
import { percentText, priceText } from '../../../src/dashboard/pages/contracts/price-text.ts'
import {
  overrideChange,
  overrideTargets,
} from '../../../src/dashboard/pages/contracts/term-text.ts'

const USD = { id: 'usd', name: 'USD (cents)' }

test('prices show every tier, shares in percent, and the least that they come to', () => {
  expect(priceText({ rate_type: 'FLAT', price: 12.5 }, USD)).toBe('$0.125')
  const tiers = [{ size: 1000, price: 10 }, { size: 500, price: 5 }, { price: 1 }]
  expect(priceText({ rate_type: 'TIERED', tiers }, USD)).toBe(
    'first 1,000 at $0.10, next 500 at $0.05, then $0.01',
  )
  const share = { rate_type: 'PERCENTAGE' as const, price: 0.045, minimum_config: { minimum: 500 } }
  expect(priceText(share, USD)).toBe('4.5% of the spend, at least $5.00')
  expect(percentText('0.2')).toBe('20%')
})

test('overrides say what they change, and for what', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const base = { id: 'o', created_at: at, starting_at: at }
  const override = {
    ...base,
    type: 'MULTIPLIER' as const,
    multiplier: 0.8,
    entitled: true,
    override_specifiers: [
      { product_id: 'p', pricing_group_values: { region: 'us' } },
      { product_tags: ['beta'] },
    ],
  }
  expect(overrideChange(override)).toBe('× 0.8, entitled')
  expect(overrideTargets(override, () => 'Tokens')).toEqual(['Tokens, region us', 'tagged beta'])
  expect(overrideTargets(base, () => '')).toEqual(['All products'])
})

test('edits are told in sentences', () => {
  const edit = {
    id: 'e',
    timestamp: '2026-01-01T00:00:00.000Z',
    add_overrides: [{}],
    add_commits: [{ name: 'Base' }, { product: { name: 'Extra' } }],
    update_contract_end_date: '2027-01-01T00:00:00.000Z',
    update_net_payment_terms_days: 15,
    remove_overrides: [{ id: 'a' }, { id: 'b' }],
  } as unknown as ContractEdit
  expect(describeEdit(edit)).toEqual([
    'Added an override',
    'Added 2 commits: Base, Extra',
    'The contract ends before 1 Jan 2027',
    'Invoices are due after 15 days',
    'Removed 2 overrides',
  ])
})

test('the dates of a contract are in their order, with the invoices that there are', () => {
  const contract = {
    id: 'k',
    created_at: '2025-12-01T00:00:00.000Z',
    created_by: 'someone',
    starting_at: '2026-01-01T00:00:00.000Z',
    ending_before: '2026-06-01T00:00:00.000Z',
    commits: [],
    credits: [],
    overrides: [],
    subscriptions: [],
    scheduled_charges: [
      {
        product: { id: 'p', name: 'Setup' },
        schedule: {
          credit_type: USD,
          schedule_items: [
            { id: 'b', timestamp: '2026-03-01T00:00:00.000Z', amount: 5000 },
            { id: 'a', timestamp: '2026-02-01T00:00:00.000Z', amount: 2500, invoice_id: 'i' },
          ],
        },
      },
    ],
  } as unknown as Contract
  expect(
    contractDates(contract, () => '').map(({ title, invoiceId }) => [title, invoiceId]),
  ).toEqual([
    ['Created', undefined],
    ['Contract starts', undefined],
    ['Setup: $25.00 is charged', 'i'],
    ['Setup: $50.00 is charged', undefined],
    ['Contract ends', undefined],
  ])
})
