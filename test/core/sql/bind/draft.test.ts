import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ExpressionNumbers,
  argumentsOf,
  countNodes,
  countOperators,
  draftColumn,
  replaceParts,
  weigh,
} from '../../../../src/core/sql/bind/draft.ts'
import { SqlError } from '../../../../src/core/sql/sql-error.ts'
import type { Expression } from '../../../../src/core/sql/plan.ts'
import { P, Q, column, expressionOf, number, parsed } from '../bound.ts'

const at = { start: 0, end: 1 }

const sum = (...args: Expression[]): Expression => ({ op: 'add', type: 'numeric', args })

test('parts are replaced from the top, and what is replaced is not looked into', () => {
  const seen: string[] = []
  const result = replaceParts(sum(parsed(P), parsed(Q)), (part) => {
    seen.push(part.op)
    return part.op === 'parse' && part.args[0] === P ? number('7') : null
  })
  expect(result).toEqual(sum(number('7'), parsed(Q)))
  expect(seen.filter((op) => op === 'column').length).toBeGreaterThan(0)
})

test('replacing nothing gives the same expression', () => {
  const text = fc.constantFrom('properties.p + 1', "LOWER(event_type) || 'x'", 'timestamp IS NULL')
  fc.assert(
    fc.property(text, (sql) => {
      expect(replaceParts(expressionOf(sql), () => null)).toEqual(expressionOf(sql))
    }),
  )
})

test('expressions that mean the same have one number, also where one is typed as text', () => {
  const numbers = new ExpressionNumbers()
  const { of } = { of: (expression: Expression) => numbers.of(expression) }
  expect(of(sum(parsed(P), number('1')))).toBe(of(sum(parsed(column(2, 'property')), number('1'))))
  expect(of(P)).toBe(of({ ...draftColumn('text', 2, at) }))
  expect(of(P)).not.toBe(of(Q))
  expect(of(sum(number('1'), number('2')))).not.toBe(of(sum(number('2'), number('1'))))
  expect(of(expressionOf('ROUND(1, 1)'))).not.toBe(of(expressionOf('ROUND(1, 2)')))
})

test('a chain of thousands is gone through without recursion', () => {
  let chain: Expression = number('1')
  for (let i = 0; i < 9_000; i++) {
    chain = sum(chain, number('1'))
    weigh(chain, at)
  }
  expect(weigh(chain, at)).toBe(18_001)
  const numbers = new ExpressionNumbers()
  const copy = replaceParts(chain, (part) => (part.op === 'numeric' ? number('2') : null))
  expect(argumentsOf(copy)[1]).toEqual(number('2'))
  expect(numbers.of(copy)).not.toBe(numbers.of(chain))
})

test('what is doubled again and again is refused before it is written out', () => {
  let doubled: Expression = number('1')
  const grow = () => {
    for (let i = 0; i < 60; i++) {
      doubled = sum(doubled, doubled)
      weigh(doubled, at)
    }
  }
  expect(grow).toThrow(SqlError)
  expect(grow).toThrow('query expands to more than 20000 parts of expressions')
})

test('a query has at most 200 operators and 20000 parts of expressions', () => {
  const usage = { operators: 0, nodes: 0, properties: new Set<string>() }
  countOperators(usage, 200, at)
  expect(() => countOperators(usage, 1, at)).toThrow('more than 200 operators')
  countNodes(usage, 20_000, at)
  expect(() => countNodes(usage, 1, at)).toThrow('more than 20000 parts')
})
