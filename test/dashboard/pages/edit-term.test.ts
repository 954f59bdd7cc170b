import { expect, test } from 'vitest'
import type { Balance } from '../../../src/dashboard/api/answers.ts'
import { buildTerm } from '../../../src/dashboard/pages/contracts/build-term.ts'
import { diffTerm, schedulePlaces } from '../../../src/dashboard/pages/contracts/diff-term.ts'
import { balanceSheet } from '../../../src/dashboard/pages/contracts/edit-fields.ts'
import {
  replaceOverride,
  toNewOverride,
} from '../../../src/dashboard/pages/contracts/new-override.ts'
import {
  canReadOverride,
  readOverride,
} from '../../../src/dashboard/pages/contracts/read-override.ts'
import {
  DOLLARS,
  rowsOf,
  textOfRows,
  type Row,
  type TermContext,
  type Values,
} from '../../../src/dashboard/pages/contracts/term.ts'
import type { Override } from '../../../src/dashboard/pages/contracts/term-text.ts'

const CONTEXT: TermContext = {
  currency: DOLLARS,
  units: [],
  products: [],
  balances: [],
  subscriptions: [],
  start: '',
  end: '',
}

const NOW = new Date('2026-02-01')
const JANUARY = '2026-01-01T00:00:00.000Z'
const COMMIT: Balance = {
  id: 'commit',
  type: 'PREPAID',
  name: 'Base',
  priority: 100,
  rate_type: 'LIST_RATE',
  product: { id: 'product', name: 'Commit' },
  created_at: JANUARY,
  custom_fields: {},
  applicable_product_tags: ['models'],
  access_schedule: {
    credit_type: DOLLARS,
    schedule_items: [
      { id: 'a', amount: 100_050, starting_at: JANUARY, ending_before: '2027-01-01T05:00:00.000Z' },
      { id: 'b', amount: 5, starting_at: '2027-01-01T05:00:00.000Z', ending_before: '2028-01-01' },
    ],
  },
  invoice_schedule: {
    credit_type: DOLLARS,
    do_not_invoice: false,
    schedule_items: [
      { id: 'p', amount: 1000, unit_price: 1000, quantity: 1, timestamp: JANUARY, invoice_id: 'i' },
    ],
  },
}

/** What is changed of the commit when someone types these. */
function change(values: Values) {
  const { fields, before } = balanceSheet(COMMIT, NOW)
  const { lines, body } = diffTerm({
    fields,
    before,
    after: { ...before, ...values },
    context: CONTEXT,
  })
  const said = lines.map(({ label, before: was, after }) => `${label}: ${was} → ${after}`)
  return { said, body: JSON.parse(JSON.stringify(body)) as unknown }
}

const { before: BEFORE } = balanceSheet(COMMIT, NOW)
const ACCESS = rowsOf(BEFORE['access_schedule'] ?? '')

test('a commit is read as someone would have typed it, and what was invoiced is settled', () => {
  expect(BEFORE).toMatchObject({ name: 'Base', priority: '100', $scope: 'tags' })
  expect(ACCESS[0]).toEqual({
    id: 'a',
    amount: '1000.5',
    starting_at: '2026-01-01',
    ending_before: '2027-01-01T05:00',
  })
  expect(rowsOf(BEFORE['invoice_schedule'] ?? '')).toMatchObject([{ $settled: 'Invoiced' }])
  // What is to come is on a draft, which follows.
  const { before } = balanceSheet(COMMIT, new Date('2025-12-31'))
  expect(rowsOf(before['invoice_schedule'] ?? '')[0]).not.toHaveProperty('$settled')
})

test('nothing is sent of what was not touched', () => {
  expect(change({})).toEqual({ said: [], body: {} })
})

test('what is emptied is set to null, and another scope takes the former one away', () => {
  const { said, body } = change({
    priority: '',
    $scope: 'products',
    applicable_product_ids: 'x, y',
  })
  expect(body).toEqual({
    priority: null,
    applicable_product_tags: null,
    applicable_product_ids: ['x', 'y'],
  })
  expect(said).toContain('Priority: 100 → –')
})

test('what pays for products and for tags keeps both where neither was touched', () => {
  const both = { ...COMMIT, applicable_product_ids: ['x'] }
  const { fields, before } = balanceSheet(both, NOW)
  expect(
    diffTerm({ fields, before, after: { ...before, priority: '1' }, context: CONTEXT }).lines,
  ).toHaveLength(1)
})

test('conditions with more to them than the form asks for are left alone', () => {
  const excluding = [{ exclude: [{ product_tags: ['a'] }, { product_tags: ['b'] }] }]
  const paths = (specifiers: typeof excluding) =>
    balanceSheet({ ...COMMIT, specifiers }, NOW).fields.map(({ path }) => path)
  expect(paths(excluding)).not.toContain('specifiers')
  expect(paths([])).toContain('specifiers')
})

test('items of a schedule are added, changed and removed by their ids, each with what is new of it', () => {
  const [first = {}] = ACCESS
  const rows: Row[] = [
    { ...first, amount: '2,000' },
    { amount: '1', starting_at: '2028-01-01', ending_before: '2029-01-01' },
  ]
  const { said, body } = change({ access_schedule: textOfRows(rows) })
  expect(body).toEqual({
    access_schedule: {
      update_schedule_items: [{ id: 'a', amount: 200_000 }],
      add_schedule_items: [
        {
          amount: 100,
          starting_at: '2028-01-01T00:00:00.000Z',
          ending_before: '2029-01-01T00:00:00.000Z',
        },
      ],
      remove_schedule_items: [{ id: 'b' }],
    },
  })
  expect(said).toEqual([
    'Can be used: $1,000.50, usable from 1 Jan 2026, expires 1 Jan 2027, 05:00 UTC → $2,000.00, usable from 1 Jan 2026, expires 1 Jan 2027, 05:00 UTC',
    'Can be used: – → $1.00, usable from 1 Jan 2028, expires 1 Jan 2029',
    'Can be used: $0.05, usable from 1 Jan 2027, 05:00 UTC, expires 1 Jan 2028 → –',
  ])
  expect(schedulePlaces('access', BEFORE['access_schedule'] ?? '', textOfRows(rows))).toEqual([
    'access.update_schedule_items[0].',
    'access.add_schedule_items[0].',
  ])
})

const OVERRIDE: Override = {
  id: 'override',
  created_at: JANUARY,
  starting_at: JANUARY,
  type: 'OVERWRITE',
  overwrite_rate: {
    rate_type: 'TIERED',
    tiers: [{ size: 10, price: 12.5 }, { price: 5 }],
    credit_type: DOLLARS,
  },
  override_specifiers: [
    { product_id: 'p', pricing_group_values: { region: 'us' } },
    { product_tags: ['beta'], exclude: [{ product_tags: ['old'] }] },
  ],
}

test('an override that is read and built again is asked for as it is', () => {
  const { overwrite_rate: rate, ...asked } = toNewOverride(OVERRIDE)
  const values = readOverride(OVERRIDE, CONTEXT)
  const built = buildTerm({ key: 'o', kind: 'override', values }, CONTEXT)
  expect(JSON.parse(JSON.stringify(built))).toEqual({
    ...asked,
    overwrite_rate: { rate_type: 'TIERED', tiers: [{ size: 10, price: 12.5 }, { price: 5 }] },
  })
  expect(rate).toMatchObject({ credit_type_id: DOLLARS.id })
  expect(canReadOverride(OVERRIDE, CONTEXT)).toBe(true)
})

test('an override with parts that the form does not ask for is not changed by it', () => {
  const rest = { id: 'o', created_at: JANUARY, starting_at: JANUARY }
  const custom: Override = {
    ...rest,
    type: 'OVERWRITE',
    overwrite_rate: { rate_type: 'FLAT', price: 1, minimum_config: { minimum: 5 } },
  }
  const excluding: Override = {
    ...rest,
    entitled: true,
    override_specifiers: [{ exclude: [{ product_tags: ['a'] }, { product_tags: ['b'] }] }],
  }
  const simple: Override = { ...rest, type: 'MULTIPLIER', multiplier: 0.9 }
  const overrides = [custom, excluding, simple]
  expect(overrides.map((each) => canReadOverride(each, CONTEXT))).toEqual([false, false, true])
})

test('an override that changes later holds until then; one that changes at its start is replaced', () => {
  const kept = { ...toNewOverride(OVERRIDE), ending_before: '2026-06-01T00:00:00.000Z' }
  expect(replaceOverride(OVERRIDE, '2026-06-01T00:00:00.000Z', { type: 'MULTIPLIER' })).toEqual({
    remove_overrides: [{ id: 'override' }],
    add_overrides: [kept, { type: 'MULTIPLIER' }],
  })
  expect(replaceOverride(OVERRIDE, null, { type: 'MULTIPLIER' })).toEqual({
    remove_overrides: [{ id: 'override' }],
    add_overrides: [{ type: 'MULTIPLIER' }],
  })
})
