import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import { indexRates } from '../../../src/core/catalog/resolve-rate.ts'
import type { ContractTerms } from '../../../src/core/contracts/contract.ts'
import type { Override, OverrideChange } from '../../../src/core/contracts/override.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import {
  commitOverrides,
  commitPrice,
  isForBalance,
} from '../../../src/core/ledger/commit-price.ts'
import { resolveTerms } from '../../../src/core/rating/resolve-terms.ts'
import { percentage } from '../../support/drafts.ts'
import { commit } from '../../support/drawing.ts'
import { MARCH, override, overwrite, tiered, times } from '../../support/rate-events.ts'
import { at, rate } from '../../support/terms.ts'

const SUBJECT = {
  productId: 'product',
  tags: ['ai'],
  pricingGroupValues: null,
  presentationGroupValues: null,
  billingFrequency: null,
}
const flat = (price: string): Price => ({ rateType: 'FLAT', price })

function specific(change: OverrideChange, options: Partial<Override> = {}): Override {
  return override(change, { isCommitSpecific: true, ...options })
}

const onCommitRate = { target: 'COMMIT_RATE' as const }

/** The price of 1000 on the card, or the commit price of 800, under a balance. */
function priced(
  overrides: Override[],
  {
    rateType = 'LIST_RATE',
    commitRate = flat('800'),
    list = flat('1000'),
    scheme,
    balance = {},
  }: {
    rateType?: Balance['rateType']
    commitRate?: Price | null
    list?: Price
    scheme?: ContractTerms['multiplierOverridePrioritization']
    balance?: Partial<Balance>
  } = {},
): Price | null {
  const rates = indexRates([rate({ price: list, commitPrice: commitRate })]).get('product')!
  const terms = { overrides, multiplierOverridePrioritization: scheme }
  const [span] = resolveTerms(rates, terms, SUBJECT, MARCH)
  const payer = commit('c', '1', { rateType, ...balance })
  return commitPrice(span!, SUBJECT, payer, scheme)?.price ?? null
}

test('the commit price of the card is for balances of that rate type only', () => {
  expect(priced([])).toBeNull()
  expect(priced([], { rateType: 'COMMIT_RATE' })).toEqual(flat('800'))
  expect(priced([], { rateType: 'COMMIT_RATE', commitRate: null })).toBeNull()
})

test('overrides for commits: overwrites first, then multipliers, then those of the contract', () => {
  const half = specific(times('0.5'))
  expect(priced([half])).toEqual(flat('500'))
  expect(priced([half, override(overwrite('7'))])).toEqual(flat('500'))
  expect(priced([specific(overwrite('6')), half, override(overwrite('7'))])).toEqual(flat('6'))
  expect(priced([specific(overwrite('6')), specific(overwrite('5'))])).toEqual(flat('5'))
  expect(priced([override(times('0.1'))])).toBeNull()
})

test('among multipliers for commits the prioritization of the contract decides', () => {
  const two = [specific(times('0.9', 1)), specific(times('0.8', 2))]
  expect(priced(two)).toEqual(flat('800'))
  expect(priced(two, { scheme: 'EXPLICIT' })).toEqual(flat('900'))
  const steps = { type: 'TIERED' as const, priority: 1, tiers: [{ size: '5', multiplier: '0.5' }] }
  expect(priced([specific(steps)])).toBeNull()
  expect(priced([specific(steps)], { scheme: 'EXPLICIT' })).toEqual(tiered('5@500 @1000'))
})

test('a commit price is changed by overrides with that target only, and they by nothing else', () => {
  const commitRate = { rateType: 'COMMIT_RATE' as const }
  const onList = specific(times('0.5'))
  const onCommit = specific(times('0.9'), onCommitRate)
  expect(priced([onList, override(overwrite('7'))], commitRate)).toEqual(flat('800'))
  expect(priced([onList, onCommit], commitRate)).toEqual(flat('720'))
  expect(priced([specific(overwrite('3'), onCommitRate)], commitRate)).toEqual(flat('3'))
  expect(priced([onCommit])).toBeNull()
  const without = { ...commitRate, commitRate: null }
  expect(priced([onCommit], without)).toBeNull()
  expect(priced([onCommit, onList], without)).toEqual(flat('500'))
})

test('prices with a minimum are left alone by overrides for commits', () => {
  const list = percentage('0.1', '50')
  expect(priced([specific(times('0.5'))], { list })).toBeNull()
  expect(priced([specific(times('0.5'))], { list: percentage('0.1') })).toEqual(percentage('0.05'))
  const bound = { type: 'OVERWRITE' as const, price: list, creditTypeId: 'usd' }
  expect(priced([specific(bound)], { list: percentage('0.1') })).toBeNull()
})

test('an override is for a balance by its id, by that of what recurs, or for any without ids', () => {
  const named = (specifier: Override['specifiers'][number]) => [
    { productTags: ['ai'], ...specifier },
  ]
  const child = { id: 'child', recurringId: 'monthly' }
  const isFor = (specifiers: Override['specifiers'], balance = child) =>
    isForBalance({ specifiers }, SUBJECT, balance)
  expect(isFor([])).toBe(true)
  expect(isFor(named({}))).toBe(true)
  expect(isFor(named({ commitIds: ['other'] }))).toBe(false)
  expect(isFor(named({ commitIds: ['other', 'child'] }))).toBe(true)
  expect(isFor(named({ recurringCommitIds: ['monthly'] }))).toBe(true)
  expect(isFor(named({ commitIds: ['other'], recurringCommitIds: ['monthly'] }))).toBe(true)
  expect(isFor(named({ anyCommitOrCreditIds: ['monthly'] }))).toBe(true)
  expect(isFor(named({ anyCommitOrCreditIds: [] }))).toBe(false)
  expect(isFor([{ productTags: ['other'], commitIds: ['child'] }])).toBe(false)
})

test('it counts whether an override is in force at the start of the span', () => {
  const late = specific(times('0.5'), { startingAt: at('2026-03-10') })
  expect(priced([late])).toBeNull()
  expect(priced([specific(times('0.5'), { endingBefore: at('2026-03-10') })])).toEqual(flat('500'))
  const lost = [{ override: late, reason: 'commit_specific' as const }]
  expect(commitOverrides({ lost })).toEqual([late])
  expect(commitOverrides({ lost: [{ override: late, reason: 'overwritten' }] })).toEqual([])
})
