import { expect, test } from 'vitest'
import { sourceKey, takeDraws } from '../../../src/core/ledger/draw.ts'

test('what a seat draws on has a key of its own beside that of its segment', () => {
  expect(sourceKey({ balanceId: 'a', segmentId: 'b' })).toBe('a/b/')
  expect(sourceKey({ balanceId: 'a', segmentId: 'b', seatId: 'c' })).toBe('a/b/c')
})

test('an invoice leaves what it has not drawn, segment by segment and seat by seat', () => {
  const remaining = new Map([
    ['a/1/', '10.5'],
    ['a/2/', '3'],
    ['b/1/ada', '7'],
  ])
  const left = takeDraws(remaining, [
    { balanceId: 'a', segmentId: '1', amount: '0.7', at: 0 },
    { balanceId: 'b', segmentId: '1', seatId: 'ada', amount: '7', at: 0 },
  ])
  expect([...left]).toEqual([
    ['a/1/', '9.8'],
    ['a/2/', '3'],
    ['b/1/ada', '0'],
  ])
  expect(remaining.get('a/1/')).toBe('10.5')
})
