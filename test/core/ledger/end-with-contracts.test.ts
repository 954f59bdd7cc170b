import { expect, test } from 'vitest'
import { endWithContracts, keepExpired } from '../../../src/core/ledger/end-with-contracts.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { balance, FEB, JAN, MAR, MID_JAN, segment } from '../../support/balances.ts'
import { contract } from '../../support/terms.ts'

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

test('what expired with a contract stays expired when the contract is prolonged', () => {
  const formerEnds = [{ until: FEB, endingBefore: MID_JAN, recurringCount: 0 }]
  const segments = [
    segment('1', { endingBefore: MAR }),
    segment('2', { startingAt: FEB, endingBefore: MAR }),
  ]
  const keep = (options: Partial<Balance>, ends = formerEnds) => {
    const own = balance({ contractId: 'c1', segments, createdAt: JAN, ...options })
    const terms = { ...contract().terms, formerEnds: ends }
    return keepExpired([own], [{ id: 'c1', terms }])[0]?.segments.map(
      ({ endingBefore }) => endingBefore,
    )
  }
  expect(keep({})).toEqual([MID_JAN, MAR])
  expect(keep({ createdAt: FEB })).toEqual([MAR, MAR])
  expect(keep({ type: 'POSTPAID' })).toEqual([MAR, MAR])
  const notOver = [{ until: JAN, endingBefore: MID_JAN, recurringCount: 0 }]
  expect(keep({}, notOver)).toEqual([MAR, MAR])
})
