import { expect, test } from 'vitest'
import {
  createContract,
  type ContractInput,
  type ContractSurroundings,
} from '../../../src/core/contracts/create-contract.ts'
import { at, metric, product, rateCard } from '../../support/terms.ts'

const NOW = at('2026-03-10T12')

function decide(input: Partial<ContractInput>, surroundings: Partial<ContractSurroundings> = {}) {
  return createContract(
    {
      id: 'contract',
      customerId: 'c1',
      startingAt: at('2026-03-15'),
      customFields: {},
      createdBy: 'test',
      ...input,
    },
    {
      customer: { archivedAt: null },
      rateCards: [],
      contents: new Map(),
      isUniquenessKeyUsed: false,
      products: [],
      ...surroundings,
    },
    NOW,
  )
}

function scheduleOf(input: Partial<ContractInput>) {
  const decided = decide(input)
  return decided.ok ? decided.value.terms.statementSchedule : decided.error
}

test('a contract without anything special is monthly from the first of its month, evergreen, without a card', () => {
  expect(decide({})).toEqual({
    ok: true,
    value: {
      id: 'contract',
      customerId: 'c1',
      rateCardId: null,
      packageId: null,
      uniquenessKey: null,
      startingAt: at('2026-03-15'),
      endingBefore: null,
      terms: { statementSchedule: { frequency: 'MONTHLY', anchorMs: at('2026-03-01') } },
      customFields: {},
      createdAt: NOW,
      createdBy: 'test',
      archivedAt: null,
    },
  })
})

test('quarters count from the first of the month in which the contract starts', () => {
  expect(scheduleOf({ usageStatementSchedule: { frequency: 'QUARTERLY' } })).toEqual({
    frequency: 'QUARTERLY',
    anchorMs: at('2026-03-01'),
  })
})

test('weeks count from the start of the contract where the first of the month is asked for', () => {
  const usageStatementSchedule = { frequency: 'WEEKLY', day: 'FIRST_OF_MONTH' } as const
  expect(scheduleOf({ usageStatementSchedule })).toEqual({
    frequency: 'WEEKLY',
    anchorMs: at('2026-03-15'),
  })
})

test('CONTRACT_START and CUSTOM_DATE set the anchor, which may be past', () => {
  const day = 'CUSTOM_DATE' as const
  expect(
    scheduleOf({ usageStatementSchedule: { frequency: 'ANNUAL', day: 'CONTRACT_START' } }),
  ).toEqual({ frequency: 'ANNUAL', anchorMs: at('2026-03-15') })
  const billingAnchorDate = at('2020-01-31')
  expect(
    scheduleOf({ usageStatementSchedule: { frequency: 'MONTHLY', day, billingAnchorDate } }),
  ).toEqual({ frequency: 'MONTHLY', anchorMs: at('2020-01-31') })
})

test.each([
  ['starting_at', { startingAt: at('2026-03-15') + 1 }],
  ['ending_before', { endingBefore: at('2026-04-15') + 60_000 }],
  ['ending_before', { endingBefore: at('2026-03-15') }],
  [
    'usage_statement_schedule.billing_anchor_date',
    { usageStatementSchedule: { frequency: 'MONTHLY', day: 'CUSTOM_DATE' } },
  ],
  [
    'usage_statement_schedule.billing_anchor_date',
    { usageStatementSchedule: { frequency: 'MONTHLY', day: 'CUSTOM_DATE', billingAnchorDate: 1 } },
  ],
  [
    'usage_statement_schedule.billing_anchor_date',
    { usageStatementSchedule: { frequency: 'MONTHLY', billingAnchorDate: 0 } },
  ],
  ['rate_card_alias', { rateCardId: 'card', rateCardAlias: 'standard' }],
] as const)('what breaks a rule is refused as invalid, naming %s (%#)', (field, input) => {
  const decided = decide(input)
  expect(decided).toMatchObject({ ok: false, error: { code: 'invalid' } })
  expect(decided.ok ? '' : decided.error.message).toMatch(new RegExp(`^${field}: `))
})

test('the customer must exist and not be archived', () => {
  expect(decide({}, { customer: null })).toEqual({
    ok: false,
    error: { code: 'not_found', message: 'customer_id: no customer c1' },
  })
  expect(decide({}, { customer: { archivedAt: 1 } })).toMatchObject({
    ok: false,
    error: { code: 'invalid', message: expect.stringMatching(/^customer_id: .*archived/) },
  })
})

test('T21: a used uniqueness key is a conflict with the documented message', () => {
  expect(decide({ uniquenessKey: 'k' }, { isUniquenessKeyUsed: true })).toEqual({
    ok: false,
    error: { code: 'conflict', message: 'This uniqueness key has already been used.' },
  })
})

test('the rate card must exist and not be archived', () => {
  expect(decide({ rateCardId: 'card' })).toMatchObject({ error: { code: 'not_found' } })
  const archived = rateCard({ archivedAt: 1 })
  expect(decide({ rateCardId: 'card' }, { rateCards: [archived] })).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/^rate_card_id: .*archived/) },
  })
  expect(decide({ rateCardId: 'card' }, { rateCards: [rateCard()] })).toMatchObject({
    value: { rateCardId: 'card' },
  })
})

test('an alias means the card that holds it when the contract starts, not now', () => {
  const name = 'standard'
  const old = rateCard({
    id: 'old',
    aliases: [{ name, startingAt: null, endingBefore: at('2026-03-12') }],
  })
  const current = rateCard({
    id: 'current',
    aliases: [{ name, startingAt: at('2026-03-12'), endingBefore: null }],
  })
  const rateCards = [old, current]
  expect(decide({ rateCardAlias: name }, { rateCards })).toMatchObject({
    value: { rateCardId: 'current' },
  })
  expect(
    decide({ rateCardAlias: name, startingAt: at('2026-03-11T23') }, { rateCards }),
  ).toMatchObject({ value: { rateCardId: 'old' } })
  expect(decide({ rateCardAlias: 'other' }, { rateCards })).toMatchObject({
    error: { code: 'not_found', message: expect.stringMatching(/^rate_card_alias: /) },
  })
})

test('an alias that leads to an archived card is refused', () => {
  const aliases = [{ name: 'standard', startingAt: null, endingBefore: null }]
  const rateCards = [rateCard({ aliases, archivedAt: 1 })]
  expect(decide({ rateCardAlias: 'standard' }, { rateCards })).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/^rate_card_alias: /) },
  })
})

test('overrides and a usage filter are decided by what is on the chosen card', () => {
  const contents = new Map([
    [
      'card',
      { rateCard: rateCard(), products: [product()], metrics: [metric({ groupKeys: [['org']] })] },
    ],
  ])
  const override = { id: 'o1', startingAt: at('2026-03-15'), multiplier: '0.9' }
  const decided = decide(
    {
      rateCardId: 'card',
      overrides: [{ ...override, type: 'MULTIPLIER' }],
      usageFilter: { groupKey: 'org', groupValues: ['a'] },
    },
    { rateCards: [rateCard()], contents },
  )
  expect(decided).toMatchObject({
    value: {
      terms: {
        overrides: [{ id: 'o1', change: { multiplier: '0.9' }, createdAt: NOW }],
        usageFilters: [{ groupKey: 'org', groupValues: ['a'], startingAt: at('2026-03-15') }],
      },
    },
  })
  const early = { groupKey: 'org', groupValues: ['a'], startingAt: at('2026-03-14') }
  const messages = [
    { rateCardId: 'card', usageFilter: early },
    { rateCardId: 'card', usageFilter: { groupKey: 'team', groupValues: ['a'] } },
    {
      rateCardId: 'card',
      overrides: [{ id: 'o', startingAt: at('2026-03-15'), entitled: true, productId: 'other' }],
    },
  ].map((input) => {
    const refused = decide(input, { rateCards: [rateCard()], contents })
    return refused.ok ? '' : refused.error.message
  })
  expect(messages).toEqual([
    "usage_filter.starting_at: expected the contract's start or later",
    'usage_filter.group_key: the metric "Calls" of the product "API calls" declares no group key ["team"]',
    'overrides[0].product_id: No such product in rate card: other',
  ])
})

test('invoices may begin later than the contract, but before it ends', () => {
  const schedule = (invoiceGenerationStartingAt: number) =>
    scheduleOf({
      endingBefore: at('2026-06-01'),
      usageStatementSchedule: { frequency: 'MONTHLY', invoiceGenerationStartingAt },
    })
  expect(schedule(at('2026-05-01'))).toEqual({
    frequency: 'MONTHLY',
    anchorMs: at('2026-03-01'),
    invoicedFrom: at('2026-05-01'),
  })
  const field = 'usage_statement_schedule.invoice_generation_starting_at'
  for (const wrong of [at('2026-06-01'), at('2026-05-01') + 1]) {
    expect(schedule(wrong)).toMatchObject({ message: expect.stringContaining(field) })
  }
})
