import fc from 'fast-check'
import type { ExpressionTree } from '../../../src/core/sql/tree.ts'

const NOWHERE = { start: 0, end: 0 }
const name = (text: string) => ({ text, isQuoted: false, ...NOWHERE })
const column = (...path: string[]): ExpressionTree => ({
  kind: 'column',
  path: path.map(name),
  ...NOWHERE,
})
const call = (fn: string, args: ExpressionTree[]): ExpressionTree => ({
  kind: 'call',
  name: fn,
  isStar: false,
  isDistinct: false,
  arguments: args,
  within: null,
  filter: null,
  over: null,
  ...NOWHERE,
})

const LITERALS: fc.Arbitrary<ExpressionTree> = fc.oneof(
  fc
    .constantFrom('0', '1', '0.5', '.25', '1e3')
    .map((text) => ({ kind: 'number' as const, text, ...NOWHERE })),
  fc
    .constantFrom('', 'x', "it's", 'a\\', 'AND (')
    .map((value) => ({ kind: 'string' as const, value, ...NOWHERE })),
)
const COLUMNS = fc.constantFrom(
  column('a'),
  column('timestamp'),
  column('properties', 'x'),
  column('e', 'properties', 'order'),
)

/** Trees of conditions (`condition`) and of what they compare (`value`), up to four deep. */
const TREES = fc.letrec<{ condition: ExpressionTree; value: ExpressionTree }>((tie) => {
  const [condition, value] = [tie('condition'), tie('value')]
  const record = (kind: string, parts: { [key: string]: fc.Arbitrary<unknown> }) =>
    fc.record(parts).map((made) => ({ kind, ...made, ...NOWHERE }) as unknown as ExpressionTree)
  const isNegated = fc.boolean()
  return {
    condition: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree', withCrossShrink: true },
      record('comparison', {
        operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
        left: value,
        right: value,
      }),
      record('and', { left: condition, right: condition }),
      record('or', { left: condition, right: condition }),
      record('not', { operand: condition }),
      record('is-null', { operand: value, isNegated }),
      record('is-boolean', { operand: condition, value: fc.boolean(), isNegated }),
      record('in', {
        operand: value,
        values: fc.array(LITERALS, { minLength: 1, maxLength: 3 }),
        isNegated,
      }),
      record('between', { operand: value, low: value, high: value, isNegated }),
      record('like', { operand: value, pattern: fc.constantFrom('a%', "_'"), isNegated }),
      record('distinct-from', { left: value, right: value, isNegated }),
    ),
    value: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree', withCrossShrink: true },
      COLUMNS,
      LITERALS,
      record('arithmetic', {
        operator: fc.constantFrom('+', '-', '*', '/', '%'),
        left: value,
        right: value,
      }),
      record('arithmetic', {
        operator: fc.constantFrom('+', '-', '*', '/', '%'),
        left: value,
        right: value,
      }),
      record('negate', { operand: value }),
      record('concat', { left: value, right: value }),
      record('cast', {
        operand: value,
        type: fc.constantFrom(
          { name: 'INT', parameters: [], ...NOWHERE },
          { name: 'DECIMAL', parameters: [20, 2], ...NOWHERE },
        ),
        isTry: fc.boolean(),
      }),
      record('case', {
        subject: fc.option(value),
        // oxlint-disable-next-line unicorn/no-thenable -- the tree speaks SQL
        branches: fc.array(fc.record({ when: condition, then: value }), {
          minLength: 1,
          maxLength: 2,
        }),
        otherwise: fc.option(value),
      }),
      fc.tuple(value, value).map((args) => call('COALESCE', args)),
      value.map((arg) => call('ABS', [arg])),
    ),
  }
})

export const CONDITION_TREES: fc.Arbitrary<ExpressionTree> = TREES.condition
export const VALUE_TREES: fc.Arbitrary<ExpressionTree> = TREES.value
