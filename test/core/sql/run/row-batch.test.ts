import { expect, test } from 'vitest'
import { BATCH_ROWS, RowBuffer } from '../../../../src/core/sql/run/row-batch.ts'

test('rows come in batches, the last of which is what is left', () => {
  const counts: number[] = []
  const seen: unknown[] = []
  const buffer = new RowBuffer(2, ({ count, columns }) => {
    counts.push(count)
    seen.push([columns[0]![count - 1], columns[1]![count - 1]])
  })
  for (let i = 0; i <= BATCH_ROWS; i++) buffer.add([i], [`row ${i}`])
  buffer.flush()
  buffer.flush()
  expect(counts).toEqual([BATCH_ROWS, 1])
  expect(seen).toEqual([
    [BATCH_ROWS - 1, `row ${BATCH_ROWS - 1}`],
    [BATCH_ROWS, `row ${BATCH_ROWS}`],
  ])
})

test('rows without columns are counted', () => {
  const counts: number[] = []
  const buffer = new RowBuffer(0, ({ count }) => counts.push(count))
  buffer.add([], [])
  buffer.add([], [])
  buffer.flush()
  expect(counts).toEqual([2])
})
