import { expect, test } from 'vitest'
import { Decimal, toText } from '../../../../src/core/decimal.ts'
import { priceFlat } from '../../../../src/core/rating/models/flat.ts'

test('the total is the exact product, beyond what a float could hold', () => {
  const { total } = priceFlat({ rateType: 'FLAT', price: '0.1' }, new Decimal('9007199254740993.3'))
  expect(toText(total)).toBe('900719925474099.33')
})
