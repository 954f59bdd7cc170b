import { expect, test } from 'vitest'
import { priceCustom } from '../../../../src/core/rating/models/custom.ts'

test("a price of the caller's own charges nothing", () => {
  expect(priceCustom()).toEqual({ unpriceable: 'custom_price' })
})
