import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printExpression } from '../../../../src/core/sql/read/print-tree.ts'
import type { ExpressionTree } from '../../../../src/core/sql/tree.ts'
import { printed, printedExpression } from '../printed.ts'
import { CONDITION_TREES, VALUE_TREES } from '../random-trees.ts'
import { writeSql } from '../write-sql.ts'

test('spelling, needless parentheses and places are gone', () => {
  expect(printed('SELECT ((a)) AS value, count() FROM events WHERE x<>01.0')).toBe(
    printed('select a as value ,\nCOUNT(*) from events where (x != 1)'),
  )
})

test('names that are no words are quoted', () => {
  expect(printedExpression('properties."a b"')).toBe('properties."a b"')
  expect(printedExpression('properties."ab"')).toBe('properties.ab')
})

test('a tree that is written with the fewest parentheses is read as that tree', () => {
  const isReadAgain = (tree: ExpressionTree) => {
    expect(printedExpression(writeSql(tree))).toBe(printExpression(tree))
  }
  fc.assert(fc.property(CONDITION_TREES, isReadAgain), { numRuns: 1_000, seed: 11 })
  fc.assert(fc.property(VALUE_TREES, isReadAgain), { numRuns: 1_000, seed: 12 })
})
