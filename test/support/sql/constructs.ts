import { type Construct, LEVEL, type Place, type ValueType } from './query-tree.ts'

type Binding = Pick<Construct, 'level' | 'operandLevels'>

/** A construct whose operands are all delimited, such as a function. */
export function call(
  family: string,
  type: ValueType,
  places: Place[],
  sql: string,
  postgres: string,
): Construct {
  return { family, type, places, sql, postgres, level: LEVEL.primary }
}

function infix(construct: Construct, { level, operandLevels }: Binding): Construct {
  return { ...construct, level, operandLevels }
}

const SUM: Binding = { level: LEVEL.sum, operandLevels: [LEVEL.sum, LEVEL.product] }
const PRODUCT: Binding = { level: LEVEL.product, operandLevels: [LEVEL.product, LEVEL.sign] }
const SIGN: Binding = { level: LEVEL.sign, operandLevels: [LEVEL.sign] }
const SUFFIX: Binding = { level: LEVEL.cast, operandLevels: [LEVEL.cast] }
const COMPARISON: Binding = {
  level: LEVEL.comparison,
  operandLevels: [LEVEL.concat, LEVEL.concat, LEVEL.concat],
}
const CONCAT: Binding = { level: LEVEL.concat, operandLevels: [LEVEL.concat, LEVEL.sum] }

/** The places that make both operands numbers, one of which is a number by itself. */
const NUMBER_PAIRS: Place[][] = [
  ['numeric', 'number'],
  ['parsed', 'numeric'],
]
const TEXT_PAIRS: Place[][] = [
  ['text', 'string'],
  ['property', 'text'],
]
const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']

const ARITHMETIC: Construct[] = [
  infix(call('+', 'numeric', ['number', 'number'], '$1 + $2', '($1 + $2)'), SUM),
  infix(call('-', 'numeric', ['number', 'number'], '$1 - $2', '($1 - $2)'), SUM),
  infix(call('*', 'numeric', ['number', 'number'], '$1 * $2', 'times($1, $2)'), PRODUCT),
  infix(call('/', 'numeric', ['number', 'number'], '$1 / $2', 'divide($1, $2)'), PRODUCT),
  infix(call('%', 'numeric', ['number', 'number'], '$1 % $2', 'modulo($1, $2)'), PRODUCT),
  infix(call('unary -', 'numeric', ['number'], '- $1', '(- $1)'), SIGN),
  infix(call('unary +', 'numeric', ['numeric'], '+ $1', '$1'), SIGN),
  call('MOD', 'numeric', ['number', 'number'], 'MOD($1, $2)', 'modulo($1, $2)'),
  call('ABS', 'numeric', ['number'], 'ABS($1)', 'abs($1)'),
  call('CEIL', 'numeric', ['number'], 'CEIL($1)', 'ceil($1)'),
  call('CEIL', 'numeric', ['number'], 'CEILING($1)', 'ceil($1)'),
  call('FLOOR', 'numeric', ['number'], 'FLOOR($1)', 'floor($1)'),
  call('ROUND', 'numeric', ['number'], 'ROUND($1)', 'round($1, 0)'),
  call('TRUNC', 'numeric', ['number'], 'TRUNC($1)', 'trunc($1, 0)'),
  ...[0, 1, 2, 3, 12, -1, -3].flatMap((digits) => [
    call('ROUND', 'numeric', ['number'], `ROUND($1, ${digits})`, `round($1, ${digits})`),
    call('TRUNC', 'numeric', ['number'], `TRUNC($1, ${digits})`, `trunc($1, ${digits})`),
  ]),
]

const NUMBER_CASTS: Construct[] = (['parsed', 'text', 'numeric'] as const).flatMap((place) => {
  const number = place === 'text' ? 'parse_number($1)' : '$1'
  const rescaled = (precision: number, scale: number) =>
    `rescale(${number}, ${precision}, ${scale})`
  const forms: [type: string, postgres: string][] = [
    ['DECIMAL', number],
    ['NUMERIC', number],
    ['DOUBLE', number],
    ['DOUBLE PRECISION', number],
    ['FLOAT', number],
    ['REAL', number],
    ['DECIMAL(20, 2)', rescaled(20, 2)],
    ['DECIMAL(10)', rescaled(10, 0)],
    ['NUMERIC(5, 3)', rescaled(5, 3)],
    ['DECIMAL(38, 10)', rescaled(38, 10)],
    ['INT', rescaled(38, 0)],
    ['INTEGER', rescaled(38, 0)],
    ['BIGINT', rescaled(38, 0)],
    ['SMALLINT', rescaled(38, 0)],
  ]
  return forms.flatMap(([type, postgres]) => [
    call('CAST number', 'numeric', [place], `CAST($1 AS ${type})`, postgres),
    call('TRY_CAST', 'numeric', [place], `TRY_CAST($1 AS ${type})`, postgres),
    infix(call(':: number', 'numeric', [place], `$1::${type}`, postgres), SUFFIX),
  ])
})

const COMPARISONS: Construct[] = [
  ...[
    ['=', '='],
    ['!=', '<>'],
    ['<>', '<>'],
    ['≠', '<>'],
    ['<', '<'],
    ['<=', '<='],
    ['≤', '<='],
    ['>', '>'],
    ['>=', '>='],
    ['≥', '>='],
  ].flatMap(([operator, postgres]) => {
    const pairs: Place[][] = [
      ...NUMBER_PAIRS,
      ...TEXT_PAIRS,
      ['timestamp', 'instant'],
      ['boolean', 'truth'],
      // As texts; their order would be ambiguous.
      ...(postgres === '=' || postgres === '<>' ? ([['property', 'property']] as Place[][]) : []),
    ]
    return pairs.map((places) =>
      infix(
        call(
          `comparison ${operator}`,
          'boolean',
          places,
          `$1 ${operator} $2`,
          `($1 ${postgres} $2)`,
        ),
        COMPARISON,
      ),
    )
  }),
  ...['<', '>=', '='].map((operator) =>
    infix(
      call(
        'timestamp and text',
        'boolean',
        ['timestamp'],
        `$1 ${operator} '2025-01-02T03:00:00Z'`,
        `($1 ${operator} timestamp '2025-01-02 03:00:00')`,
      ),
      COMPARISON,
    ),
  ),
]

const ANY_PLACES: Place[] = ['numeric', 'text', 'property', 'timestamp', 'boolean']

const PREDICATES: Construct[] = [
  ...['IS DISTINCT FROM', 'IS NOT DISTINCT FROM'].flatMap((words) =>
    [...NUMBER_PAIRS, ...TEXT_PAIRS, ['timestamp', 'instant'] as Place[]].map((places) =>
      infix(call(words, 'boolean', places, `$1 ${words} $2`, `($1 ${words} $2)`), COMPARISON),
    ),
  ),
  ...ANY_PLACES.flatMap((place) =>
    ['IS NULL', 'IS NOT NULL'].map((words) =>
      infix(call(words, 'boolean', [place], `$1 ${words}`, `($1 ${words})`), COMPARISON),
    ),
  ),
  ...['IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT FALSE'].map((words) =>
    infix(call(words, 'boolean', ['truth'], `$1 ${words}`, `($1 ${words})`), COMPARISON),
  ),
  ...['BETWEEN', 'NOT BETWEEN'].flatMap((words) =>
    (
      [
        ['numeric', 'number', 'number'],
        ['parsed', 'numeric', 'numeric'],
        ['text', 'string', 'text'],
        ['property', 'text', 'text'],
        ['timestamp', 'instant', 'timestamp'],
      ] as Place[][]
    ).map((places) => {
      const sql = `$1 ${words} $2 AND $3`
      return infix(call(words, 'boolean', places, sql, `(${sql})`), COMPARISON)
    }),
  ),
  ...["'us%'", "'%5'", "'%a%'", "'gpt__'", "'_'", "'%'", "''", "'x_y'", "'50%'"].flatMap(
    (pattern) =>
      ['LIKE', 'NOT LIKE'].map((words) =>
        infix(
          call(
            words,
            'boolean',
            ['string'],
            `$1 ${words} ${pattern}`,
            `($1 ${words} ${pattern} ESCAPE '')`,
          ),
          COMPARISON,
        ),
      ),
  ),
  ...["'us'", "''", "'Ü'", "'😀'"].map((prefix) =>
    call(
      'STARTS_WITH',
      'boolean',
      ['string'],
      `STARTS_WITH($1, ${prefix})`,
      `starts_with($1, ${prefix})`,
    ),
  ),
  ...["'us-east-1', 'gpt-5', 'opus'", "'a', NULL", "'it''s'"].flatMap((list) =>
    listed(['string'], list, list),
  ),
  ...[
    ['1, 2, 3.0', '1, 2, 3.0'],
    ['-1, 10.50, NULL', '-1, 10.50, NULL'],
    ['1e3', '1000'],
  ].flatMap(([list, postgres]) => [
    ...listed(['numeric'], list!, postgres!),
    ...listed(['parsed'], list!, postgres!),
  ]),
  ...listed(
    ['timestamp'],
    "TIMESTAMP '2025-01-01 00:00:00', DATE '2024-12-30'",
    "timestamp '2025-01-01', timestamp '2024-12-30'",
  ),
]

function listed(places: Place[], list: string, postgres: string): Construct[] {
  return ['IN', 'NOT IN'].map((words) => {
    const family = list.includes('NULL') ? `${words} with NULL` : words
    return infix(
      call(family, 'boolean', places, `$1 ${words} (${list})`, `($1 ${words} (${postgres}))`),
      COMPARISON,
    )
  })
}

const LOGIC: Construct[] = [
  infix(call('AND', 'boolean', ['truth', 'truth'], '$1 AND $2', '($1 AND $2)'), {
    level: LEVEL.and,
    operandLevels: [LEVEL.and, LEVEL.not],
  }),
  infix(call('OR', 'boolean', ['truth', 'truth'], '$1 OR $2', '($1 OR $2)'), {
    level: LEVEL.or,
    operandLevels: [LEVEL.or, LEVEL.and],
  }),
  infix(call('NOT', 'boolean', ['truth'], 'NOT $1', '(NOT $1)'), {
    level: LEVEL.not,
    operandLevels: [LEVEL.not],
  }),
]

/** The places of operands that become one value of the type, whichever of them it is. */
const UNIFIED: [type: ValueType, pairs: Place[][]][] = [
  ['numeric', NUMBER_PAIRS],
  ['text', TEXT_PAIRS],
  ['property', [['property', 'property']]],
  ['boolean', [['boolean', 'truth']]],
  ['timestamp', [['timestamp', 'instant']]],
]

const CHOICES: Construct[] = UNIFIED.flatMap(([type, pairs]) =>
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
const NULLIFS: Construct[] = (
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

const DATES: Construct[] = [
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

const BOOLEAN_CASTS: Construct[] = [
  call('CAST boolean', 'boolean', ['string'], 'CAST($1 AS BOOLEAN)', 'parse_boolean($1)'),
  call('TRY_CAST boolean', 'boolean', ['string'], 'TRY_CAST($1 AS BOOLEAN)', 'parse_boolean($1)'),
]

const TEXTS: Construct[] = [
  ...(
    [
      ['string', '$1', 'string', '$2'],
      ['string', '$1', 'numeric', 'number_text($2)'],
      ['numeric', 'number_text($1)', 'string', '$2'],
    ] as [Place, string, Place, string][]
  ).flatMap(([left, leftText, right, rightText]) => [
    infix(call('||', 'text', [left, right], '$1 || $2', `(${leftText} || ${rightText})`), CONCAT),
    call('CONCAT', 'text', [left, right], 'CONCAT($1, $2)', `(${leftText} || ${rightText})`),
  ]),
  call('CONCAT', 'text', ['string', 'text', 'string'], 'CONCAT($1, $2, $3)', '($1 || $2 || $3)'),
  call('LOWER', 'text', ['string'], 'LOWER($1)', 'lower_text($1)'),
  call('UPPER', 'text', ['string'], 'UPPER($1)', 'upper_text($1)'),
  call('TRIM', 'text', ['string'], 'TRIM($1)', "btrim($1, E' \\t\\n\\r')"),
  call('LENGTH', 'numeric', ['string'], 'LENGTH($1)', 'length($1)::numeric'),
  ...[
    [1, 2],
    [2, null],
    [3, 4],
    [-2, null],
    [-3, 2],
    [1, 0],
    [9, 3],
    [-99, 3],
  ].flatMap(([from, length]) => {
    const rest = length === null ? '' : `, ${length}`
    const postgres = `part_of($1, ${from}, ${length})`
    return ['SUBSTR', 'SUBSTRING'].map((name) =>
      call('SUBSTR', 'text', ['string'], `${name}($1, ${from}${rest})`, postgres),
    )
  }),
  ...[
    ["'a'", "'bb'"],
    ["'_'", "''"],
    ["'us-'", "'$&'"],
  ].map(([from, to]) =>
    call(
      'REPLACE',
      'text',
      ['string'],
      `REPLACE($1, ${from}, ${to})`,
      `replace($1, ${from}, ${to})`,
    ),
  ),
  ...(
    [
      ['numeric', 'number_text($1)'],
      ['timestamp', 'time_text($1)'],
      ['boolean', '($1)::text'],
      ['text', '$1'],
      ['property', '$1'],
    ] as [Place, string][]
  ).flatMap(([place, postgres]) =>
    // An independent parser does not know STRING: most queries go without it.
    ['VARCHAR', 'TEXT', 'VARCHAR', 'TEXT', 'STRING'].flatMap((type) => [
      call(`CAST text of ${place}`, 'text', [place], `CAST($1 AS ${type})`, postgres),
      infix(call(':: text', 'text', [place], `$1::${type}`, postgres), SUFFIX),
    ]),
  ),
]

/** Every construct of an expression that is computed of one row, but columns and literals. */
export const CONSTRUCTS: Construct[] = [
  ...ARITHMETIC,
  ...NUMBER_CASTS,
  ...COMPARISONS,
  ...PREDICATES,
  ...LOGIC,
  ...CHOICES,
  ...NULLIFS,
  ...DATES,
  ...BOOLEAN_CASTS,
  ...TEXTS,
]
