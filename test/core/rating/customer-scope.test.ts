import { expect, test } from 'vitest'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import {
  hasCustomerScope,
  heldElsewhere,
  otherContracts,
} from '../../../src/core/rating/customer-scope.ts'
import { composite, percentage } from '../../support/drafts.ts'
import { MARCH } from '../../support/rate-events.ts'
import { at, catalog, contract, rate } from '../../support/terms.ts'

const FEE = composite('fee', { compositeProductIds: ['product'], compositeScope: 'CUSTOMER' })

test('a card has the scope CUSTOMER if one of its composites has it at any time of the period', () => {
  expect(hasCustomerScope({ products: [composite('fee')] }, MARCH)).toBe(false)
  expect(hasCustomerScope({ products: [composite('a'), FEE] }, MARCH)).toBe(true)
})

test('the contracts that run in the period count, but not the archived', () => {
  const own = contract({ id: 'own' })
  const others = [
    own,
    contract({ id: 'running', startingAt: at('2026-03-31') }),
    contract({ id: 'over', endingBefore: at('2026-03-01') }),
    contract({ id: 'coming', startingAt: at('2026-04-01') }),
    contract({ id: 'archived', archivedAt: 1 }),
  ]
  expect(otherContracts(others, own, MARCH).map(({ id }) => id)).toEqual(['running'])
})

test('of the contracts that have a product, the one that started first bills it while it runs', () => {
  const withFee = (id: string, startingAt: string, endingBefore: number | null = null) => ({
    contract: contract({ id, startingAt: at(startingAt), endingBefore }),
    catalog: catalog({
      products: [FEE],
      rates: [rate({ productId: 'fee', price: percentage('0.1') })],
    }),
  })
  const first = withFee('first', '2026-01-01', at('2026-03-11'))
  const second = withFee('second', '2026-02-01')
  const third = withFee('third', '2026-02-01')
  const without = { contract: contract({ startingAt: at('2025-01-01') }), catalog: catalog() }
  expect(heldElsewhere(first, [second, third, without]).get('fee')).toEqual([])
  expect(heldElsewhere(second, [first, third, without]).get('fee')).toEqual([
    { startMs: at('2026-01-01'), endMs: at('2026-03-11') },
  ])
  // Between equal ones something fixed decides, so that exactly one of them bills.
  expect(heldElsewhere(third, [first, second]).get('fee')).toHaveLength(2)
  const held = heldElsewhere(second, [first])
  const { composites } = planUsage(second.catalog, MARCH, {}, { heldElsewhere: held })
  expect(composites.map(({ startMs }) => startMs)).toEqual([at('2026-03-11')])
})
