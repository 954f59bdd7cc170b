import { expect, test } from 'vitest'
import { sourceKey } from '../../../src/core/ledger/draw.ts'

test('what a seat draws on has a key of its own beside that of its segment', () => {
  expect(sourceKey({ balanceId: 'a', segmentId: 'b' })).toBe('a/b/')
  expect(sourceKey({ balanceId: 'a', segmentId: 'b', seatId: 'c' })).toBe('a/b/c')
})
