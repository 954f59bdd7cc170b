import { expect, test } from 'vitest'
import { forEachOf } from '../../src/actions/for-each-of.ts'

test('every item has its turn, and the first failure is told at the end', async () => {
  const seen: number[] = []
  const acting = forEachOf([1, 2, 3, 4], async (item) => {
    seen.push(item)
    if (item % 2 === 0) throw new Error(`no ${item}`)
  })
  await expect(acting).rejects.toThrow('no 2')
  expect(seen).toEqual([1, 2, 3, 4])
})
