import { expect, test } from 'vitest'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { compareSources, orderSources } from '../../../src/core/ledger/balance-order.ts'
import { commit, credit, paid, postpaid } from '../../support/drawing.ts'
import { product } from '../../support/terms.ts'

const NOW = 0
const PRODUCTS = [
  product({ id: 'reads', state: { tags: ['data'] } }),
  product({ id: 'writes', state: { tags: ['data', 'big'] } }),
  product({ id: 'calls' }),
]

/** The order of two balances, however they are listed, and the step that decides on it. */
function decide(first: Balance, second: Balance): string[] {
  const orders = [
    [first, second],
    [second, first],
  ].map((balances) => orderSources(balances, PRODUCTS, NOW))
  expect(orders[0]).toEqual(orders[1])
  const [a, b] = orders[0]!
  return [a!.balance.id, compareSources(a!, b!).step]
}

const FROM = { rolledOverFrom: { balanceId: 'old', contractId: 'contract' } }
const only = (...productIds: string[]) => ({ applicability: { productIds } })

test('what was rolled over goes first, and postpaid commits last, whatever their priorities', () => {
  const rolled = commit('z', '1', { ...FROM, priority: '9' })
  expect(decide(rolled, credit('a', '1', { priority: '1' }))).toEqual(['z', 'class'])
  const late = postpaid('a', '1', { priority: '1' })
  expect(decide(late, commit('z', '1', { priority: '9' }))).toEqual(['z', 'class'])
})

test('among what was rolled over, postpaid commits go first', () => {
  const later = postpaid('z', '1', { ...FROM, priority: '9' })
  expect(decide(later, credit('a', '1', { ...FROM }))).toEqual(['z', 'postpaid_rollover'])
})

test('the lower priority goes first, in numbers and not in letters', () => {
  const low = commit('z', '1', { priority: '9.5' })
  expect(decide(low, credit('a', '1', { priority: '10' }))).toEqual(['z', 'priority'])
})

test('then what cost nothing, and how much the others cost does not matter', () => {
  expect(decide(commit('a', '1'), credit('z', '1'))).toEqual(['z', 'cost_basis'])
  const gift = commit('z', '1', { payments: paid('0') })
  expect(decide(commit('a', '1'), gift)).toEqual(['z', 'cost_basis'])
  expect(decide(commit('a', '1', { payments: paid('9') }), commit('z', '1'))).toEqual(['a', 'id'])
})

test('then what is for fewer products: those that are named, and those that carry tags now', () => {
  const step = 'applicable_products'
  expect(decide(credit('a', '1'), credit('z', '1', only('calls')))).toEqual(['z', step])
  const tagged = credit('a', '1', { applicability: { productTags: ['data'] } })
  expect(decide(tagged, credit('z', '1', only('calls')))).toEqual(['z', step])
  const big = credit('z', '1', {
    applicability: { specifiers: [{ productTags: ['data', 'big'] }] },
  })
  expect(decide(tagged, big)).toEqual(['z', step])
  const union = { productIds: ['reads'], productTags: ['data'] }
  expect(decide(tagged, credit('z', '1', { applicability: union }))).toEqual(['a', 'id'])
  const all = credit('z', '1', { applicability: { specifiers: [{}] } })
  expect(decide(credit('a', '1'), all)).toEqual(['a', 'id'])
})

test('then what has fewer specifiers of values alone', () => {
  const values = { pricingGroupValues: { region: 'eu' } }
  const specifiers = [{ productId: 'calls', ...values }, values]
  const step = 'usage_applicability'
  const both = credit('a', '1', { applicability: { specifiers } })
  expect(decide(both, credit('z', '1', only('calls')))).toEqual(['z', step])
})

test('then what ends earlier, then what starts earlier', () => {
  const early = credit('z', '1', { to: '2026-03-20' })
  expect(decide(credit('a', '1'), early)).toEqual(['z', 'ending_before'])
  const old = credit('z', '1', { from: '2026-02-01' })
  expect(decide(credit('a', '1'), old)).toEqual(['z', 'starting_at'])
})

test('then what is for fewer contracts, and that of the contract before that of the customer', () => {
  const own = { contractId: 'contract' }
  const listed = (...applicableContractIds: string[]) => ({ applicableContractIds })
  const step = 'applicable_contracts'
  expect(decide(credit('a', '1'), credit('z', '1', own))).toEqual(['z', step])
  expect(decide(credit('a', '1'), credit('z', '1', listed('x', 'y')))).toEqual(['z', step])
  expect(decide(credit('a', '1', listed('x', 'y')), credit('z', '1', own))).toEqual(['z', step])
  const single = credit('a', '1', listed('contract'))
  expect(decide(single, credit('z', '1', own))).toEqual(['z', 'contract_level'])
})

test('at last what was made earlier, and the id', () => {
  const old = credit('z', '1', { createdAt: 1 })
  expect(decide(credit('a', '1', { createdAt: 2 }), old)).toEqual(['z', 'created_at'])
  expect(decide(credit('a', '1'), credit('b', '1'))).toEqual(['a', 'id'])
})

test('what was rolled over is not asked for what it cost, its start and its contracts', () => {
  const paidFor = commit('a', '1', { ...FROM, from: '2026-03-02' })
  const free = credit('z', '1', { ...FROM, contractId: 'contract' })
  expect(decide(paidFor, free)).toEqual(['a', 'id'])
})

test('each step goes before all that come after it', () => {
  const values = [{ productId: 'calls' }, { pricingGroupValues: { region: 'eu' } }]
  const steps: [string, Partial<Balance> & { from?: string; to?: string }][] = [
    ['priority', { priority: '100.1' }],
    ['cost_basis', { payments: paid('1') }],
    ['applicable_products', only('calls', 'reads')],
    ['usage_applicability', { applicability: { specifiers: values } }],
    ['ending_before', { to: '2026-04-02' }],
    ['starting_at', { from: '2026-03-02' }],
    ['applicable_contracts', { applicableContractIds: null }],
    ['created_at', { createdAt: 9 }],
  ]
  const best = { applicability: { productIds: ['calls'] }, contractId: 'c', createdAt: 5 }
  const worse = { to: '2026-04-03', from: '2026-03-03', contractId: null, createdAt: 99 }
  for (const [i, [step, changes]] of steps.entries()) {
    const later = i < steps.length - 1 ? { ...best, createdAt: 0 } : best
    const rest = step === 'applicable_contracts' ? { contractId: null } : {}
    const loser = credit('a', '1', { ...later, ...rest, ...changes })
    const winner = credit('z', '1', best)
    expect(decide(loser, winner)).toEqual(['z', step])
    // Losing at a step that comes later does not matter.
    const known = i < 4 ? credit('y', '1', { ...best, ...worse }) : winner
    expect(decide(loser, known)[1]).toBe(step)
  }
})

/** Pricing 14.3: C has a product, D and E one with values and values alone, F is for everything. */
test('the worked order of the rules: A, B, C, D, E, F', () => {
  const values = { pricingGroupValues: { region: 'eu' } }
  const specifiers = [{ productId: 'calls', ...values }, values]
  const balances = [
    commit('F', '1'),
    commit('E', '1', { applicability: { specifiers } }),
    commit('D', '1', { applicability: { specifiers }, to: '2026-03-20' }),
    commit('C', '1', only('calls')),
    credit('B', '1'),
    commit('A', '1', FROM),
  ]
  const ordered = orderSources(balances, PRODUCTS, NOW).map(({ balance }) => balance.id)
  expect(ordered).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
})
