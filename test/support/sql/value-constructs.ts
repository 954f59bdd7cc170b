import { call, NUMBER_PAIRS, TEXT_PAIRS } from './construct.ts'
import type { Construct, Place, ValueType } from './query-tree.ts'

const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']

/** The places of operands that become one value of the type, whichever of them it is. */
const UNIFIED: [type: ValueType, pairs: Place[][]][] = [
  ['numeric', NUMBER_PAIRS],
  ['text', TEXT_PAIRS],
  ['property', [['property', 'property']]],
  ['boolean', [['boolean', 'truth']]],
  ['timestamp', [['timestamp', 'instant']]],
]

export const CHOICES: Construct[] = UNIFIED.flatMap(([type, pairs]) =>
  pairs.flatMap((pair): Construct[] => {
    const [first, second] = pair as [Place, Place]
    const chosen = (family: string, places: Place[], sql: string, postgres = sql) =>
      call(family, type, places, sql, postgres)
    const extremes =
      type === 'property'
        ? []
        : ['LEAST', 'GREATEST'].flatMap((name) => [
            chosen(name, pair, `${name}($1, $2)`),
            chosen(name, [...pair, first], `${name}($1, $2, $3)`),
          ])
    return [
      ...extremes,
      chosen('COALESCE', pair, 'COALESCE($1, $2)'),
      chosen('COALESCE', [...pair, second], 'COALESCE($1, $2, $3)'),
      chosen('IF', ['truth', ...pair], 'IF($1, $2, $3)', 'CASE WHEN $1 THEN $2 ELSE $3 END'),
      chosen('IF', ['truth', ...pair], 'IFF($1, $2, $3)', 'CASE WHEN $1 THEN $2 ELSE $3 END'),
      chosen('CASE WHEN', ['truth', ...pair], 'CASE WHEN $1 THEN $2 ELSE $3 END'),
      chosen(
        'CASE WHEN',
        ['truth', first, 'truth', second],
        'CASE WHEN $1 THEN $2 WHEN $3 THEN $4 END',
      ),
      chosen(
        'CASE of a value',
        ['string', ...pair, second],
        "CASE $1 WHEN 'opus' THEN $2 WHEN 'us-east-1' THEN $3 ELSE $4 END",
      ),
      chosen(
        'CASE of a value',
        ['numeric', 'number', ...pair],
        'CASE $1 WHEN $2 THEN $3 WHEN 1 THEN $4 END',
      ),
    ]
  }),
)

/** Gives its first operand as it came: a property stays one. */
export const NULLIFS: Construct[] = (
  [
    ['numeric', 'number'],
    ['text', 'string'],
    ['property', 'text'],
    ['property', 'property'],
    ['boolean', 'truth'],
    ['timestamp', 'instant'],
  ] as Place[][]
).map((places) =>
  call('NULLIF', places[0] as ValueType, places, 'NULLIF($1, $2)', 'NULLIF($1, $2)'),
)
NULLIFS.push(
  call(
    'NULLIF',
    'property',
    ['property', 'numeric'],
    'NULLIF($1, $2)',
    'CASE WHEN parse_number($1) = $2 THEN NULL ELSE $1 END',
  ),
)

export const DATES: Construct[] = [
  ...UNITS.map((unit) =>
    call(
      `DATE_TRUNC ${unit}`,
      'timestamp',
      ['instant'],
      `DATE_TRUNC('${unit}', $1)`,
      `date_trunc('${unit}', $1)`,
    ),
  ),
  ...[...UNITS, 'second', 'millisecond'].map((unit) =>
    call(
      `DATE_DIFF ${unit}`,
      'numeric',
      ['instant', 'instant'],
      `DATE_DIFF('${unit}', $1, $2)`,
      `date_difference('${unit}', $1, $2)`,
    ),
  ),
  ...['year', 'month', 'day', 'hour', 'minute', 'second', 'dow', 'epoch'].map((field) =>
    call(
      `EXTRACT ${field}`,
      'numeric',
      ['instant'],
      `EXTRACT(${field.toUpperCase()} FROM $1)`,
      extracted(field),
    ),
  ),
  ...['year', 'month', 'day', 'hour', 'minute', 'epoch'].map((field) =>
    call(
      `${field} of a timestamp`,
      'numeric',
      ['instant'],
      `${field.toUpperCase()}($1)`,
      extracted(field),
    ),
  ),
  ...(['CAST', 'TRY_CAST'] as const).flatMap((name) => [
    call(
      `${name} timestamp`,
      'timestamp',
      ['string'],
      `${name}($1 AS TIMESTAMP)`,
      'parse_time($1)',
    ),
    call(
      `${name} date`,
      'timestamp',
      ['string'],
      `${name}($1 AS DATE)`,
      "date_trunc('day', parse_time($1))",
    ),
  ]),
  call('CAST date', 'timestamp', ['timestamp'], 'CAST($1 AS DATE)', "date_trunc('day', $1)"),
  call('CAST timestamp', 'timestamp', ['timestamp'], 'CAST($1 AS TIMESTAMP)', '$1'),
]

function extracted(field: string): string {
  const whole = field === 'second' ? 'floor(extract(second from $1))' : `extract(${field} from $1)`
  return `${whole}::numeric`
}
