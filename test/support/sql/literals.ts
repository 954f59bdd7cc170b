import { type Construct, type Expression, LEVEL, leaf, type ValueType } from './query-tree.ts'
import type { Random } from './random.ts'

type Literal = [sql: string, postgres: string]

const LITERALS: Record<Exclude<ValueType, 'property' | 'null'>, Literal[]> = {
  numeric: [
    '0',
    '1',
    '2',
    '3',
    '0.5',
    '1.25',
    '0.001',
    '10',
    '100.0',
    '7',
    '.5',
    '1000000',
    '1e3',
    '2.5E-2',
    '9007199254740993',
    '12345678901234567.000000001',
    '0.000000000000000000000000000001',
  ].map((text) => [text, `'${text}'::numeric`]),
  text: [
    "'us-east-1'",
    "'opus'",
    "'it''s'",
    "''",
    "'Ünï'",
    "'😀'",
    "'10'",
    "'user_3'",
    "'usage'",
    "'a%'",
    "'true'",
    "'2025-01-03'",
  ].map((text) => [text, `${text}::text`]),
  boolean: [
    ['TRUE', 'TRUE'],
    ['FALSE', 'FALSE'],
  ],
  timestamp: [
    ["TIMESTAMP '2025-01-01 00:00:00'", "timestamp '2025-01-01'"],
    ["TIMESTAMP '2024-12-30T12:34:56.789Z'", "timestamp '2024-12-30 12:34:56.789'"],
    ["TIMESTAMP '2025-01-02T03:04:05+02:00'", "timestamp '2025-01-02 01:04:05'"],
    ["DATE '2025-01-03'", "timestamp '2025-01-03'"],
  ],
}

export const NULL_LITERAL: Construct = {
  family: 'NULL',
  type: 'null',
  places: [],
  sql: 'NULL',
  postgres: 'NULL',
  level: LEVEL.primary,
}

/** A literal of the type. */
export function literalOf(
  random: Random,
  type: Exclude<ValueType, 'property' | 'null'>,
): Expression {
  const [sql, postgres] = random.pick(LITERALS[type])
  return leaf({
    family: `${type} literal`,
    type,
    places: [],
    sql,
    postgres,
    level: LEVEL.primary,
  })
}
