import { expect, test } from 'vitest'
import {
  asNode,
  asNodes,
  asText,
  checkFields,
  isEmpty,
  UnreadableError,
} from '../../../../src/core/sql/read/second-node.ts'

test('null, nothing and what holds only such things is empty', () => {
  for (const value of [null, undefined, '', [], {}, { a: null, b: [''] }]) {
    expect(isEmpty(value)).toBe(true)
  }
  for (const value of [0, false, 'a', [0], { a: { b: 'c' } }]) expect(isEmpty(value)).toBe(false)
})

test('a node is a record, nodes are a list of them, and text is text', () => {
  expect(asNode({ a: 1 }, 'x')).toEqual({ a: 1 })
  expect(asNodes([{ a: 1 }], 'x')).toEqual([{ a: 1 }])
  expect(asText('a', 'x')).toBe('a')
  for (const value of [null, 'a', []]) expect(() => asNode(value, 'x')).toThrow(UnreadableError)
  expect(() => asNodes({}, 'x')).toThrow(UnreadableError)
  expect(() => asText(1, 'x')).toThrow(UnreadableError)
})

test('a field that is not known and says something is not read over', () => {
  expect(() => checkFields({ a: 1, b: null, c: [] }, 'x', ['a'])).not.toThrow()
  expect(() => checkFields({ a: 1, b: false }, 'x', ['a'])).toThrow('x with b')
})
