import { expect, test } from 'vitest'
import { lineId } from '../../../src/core/invoices/line-id.ts'

test('each line of each invoice has an id of its own, always the same', () => {
  const ids = [lineId('a', 0), lineId('a', 1), lineId('b', 0)]
  expect(new Set(ids).size).toBe(3)
  expect(lineId('a', 1)).toBe(ids[1])
})
