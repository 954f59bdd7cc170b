import { expect, test } from 'vitest'
import { cutCharges, isCut } from '../../../src/core/contracts/cut-charges.ts'
import { charged, scheduledCharge } from '../../support/fixed-charges.ts'
import { at } from '../../support/terms.ts'

const FEB = at('2026-02-01')

test('an earlier end cuts off what had been agreed on to be charged from then on', () => {
  const contract = charged({
    scheduledCharges: [scheduledCharge('fee', { '2026-01-01': '10', '2026-02-01': '10' })],
    discounts: [scheduledCharge('off', { '2026-03-01': '3' })],
  })
  const payments = [
    { id: 'early', at: FEB - 1 },
    { id: 'late', at: FEB },
  ]
  const cut = { from: FEB, ids: ['fee/2026-02-01', 'off/2026-03-01', 'late'] }
  expect(cutCharges(contract, FEB, payments)).toEqual(cut)
  expect(cutCharges(contract, at('2026-06-01'), payments)).toBeNull()
  expect(cutCharges(contract, null, payments)).toBeNull()
  expect(cutCharges(contract, undefined, payments)).toBeNull()
  expect(cutCharges({ ...contract, endingBefore: FEB }, FEB, payments)).toBeNull()
})

test('what is cut off stays so wherever it is moved, but before the end', () => {
  const cuts = [{ from: FEB, ids: ['a'] }]
  expect(isCut({ cutCharges: cuts }, { id: 'a', at: FEB })).toBe(true)
  expect(isCut({ cutCharges: cuts }, { id: 'a', at: at('2026-05-01') })).toBe(true)
  expect(isCut({ cutCharges: cuts }, { id: 'a', at: FEB - 1 })).toBe(false)
  expect(isCut({ cutCharges: cuts }, { id: 'b', at: FEB })).toBe(false)
  expect(isCut({}, { id: 'a', at: FEB })).toBe(false)
  expect(isCut({ chargedBefore: FEB }, { id: 'b', at: FEB })).toBe(true)
})
