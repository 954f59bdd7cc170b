import { expect, test } from 'vitest'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import { truedUpOtherwise } from '../../../src/core/invoices/trued-up-otherwise.ts'

/** An invoice that draws some amounts of the commit, and 7 of another balance. */
function drawing(...amounts: string[]): Pick<Invoice, 'derivation'> {
  const draw = (balanceId: string, amount: string) => ({ balanceId, segmentId: 's', amount, at: 0 })
  const draws = [...amounts.map((amount) => draw('commit', amount)), draw('other', '7')]
  return { derivation: { draws } as Invoice['derivation'] }
}

const TRUEUP = { balanceId: 'commit', segmentId: 's', invoiceId: 'trueup', amount: '800', at: 0 }

test('usage that draws on a trued-up commit what it drew before takes the place of a void invoice', () => {
  const same = { voided: drawing('150', '50'), anew: drawing('200'), free: drawing('200') }
  expect(truedUpOtherwise(same, [TRUEUP])).toBeNull()
  const more = { voided: drawing('200'), anew: drawing('300'), free: drawing('300') }
  expect(truedUpOtherwise(more, [])).toBeNull()
  expect(truedUpOtherwise(more, [{ ...TRUEUP, balanceId: 'other' }])).toBeNull()
})

test('usage that comes to less or to more than what a true-up has counted does not', () => {
  const wrong = { balanceId: 'commit', invoiceId: 'trueup', drawn: '200' }
  const less = { voided: drawing('200'), anew: drawing('100'), free: drawing('100') }
  expect(truedUpOtherwise(less, [TRUEUP])).toEqual({ ...wrong, wanted: '100' })
  // The true-up has left no more than the void invoice drew.
  const more = { voided: drawing('200'), anew: drawing('200'), free: drawing('300') }
  expect(truedUpOtherwise(more, [TRUEUP])).toEqual({ ...wrong, wanted: '300' })
})

test('usage that a true-up has charged already is not charged once more', () => {
  const taken = { voided: drawing('200'), anew: drawing(), free: drawing('200') }
  expect(truedUpOtherwise(taken, [TRUEUP])).toMatchObject({ invoiceId: 'trueup', wanted: '200' })
})
