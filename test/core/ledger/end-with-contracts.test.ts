import { expect, test } from 'vitest'
import { endWithContracts } from '../../../src/core/ledger/end-with-contracts.ts'
import { balance, FEB, JAN, MAR, MID_JAN, segment } from '../../support/balances.ts'

const endsAt = (endingBefore: number | null) => [{ id: 'c1', endingBefore }]

test('what a contract has can be used up to its end, and what would begin later has no time', () => {
  const segments = [
    segment('1', { endingBefore: MID_JAN }),
    segment('2', { endingBefore: MAR }),
    segment('3', { startingAt: MAR, endingBefore: MAR + 1 }),
  ]
  const [ended] = endWithContracts([balance({ contractId: 'c1', segments })], endsAt(FEB), FEB)
  expect(ended?.segments.map(({ startingAt, endingBefore }) => [startingAt, endingBefore])).toEqual(
    [
      [JAN, MID_JAN],
      [JAN, FEB],
      [MAR, MAR],
    ],
  )
})

test('what is within its contract, of one that is not over, or of the customer itself stays', () => {
  const own = balance({ contractId: 'c1' })
  const ofCustomer = balance()
  const cases = [
    [own, FEB, MAR],
    [own, MID_JAN, MID_JAN - 1],
    [own, null, MAR],
    [ofCustomer, JAN, MAR],
  ] as const
  for (const [one, end, now] of cases) {
    expect(endWithContracts([one], endsAt(end), now)[0]).toBe(one)
  }
})
