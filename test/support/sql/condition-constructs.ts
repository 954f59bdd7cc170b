import { call, COMPARISON, infix, NUMBER_PAIRS, TEXT_PAIRS } from './construct.ts'
import { type Construct, LEVEL, type Place } from './query-tree.ts'

export const COMPARISONS: Construct[] = [
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

export const PREDICATES: Construct[] = [
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
  ...[
    "'us%'",
    "'%5'",
    "'%a%'",
    "'gpt__'",
    "'_'",
    "'%'",
    "''",
    "'x_y'",
    "'50%'",
    "'a\\%'",
    "'%\\\\%'",
  ].flatMap((pattern) =>
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

export const LOGIC: Construct[] = [
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

export const BOOLEAN_CASTS: Construct[] = [
  call('CAST boolean', 'boolean', ['string'], 'CAST($1 AS BOOLEAN)', 'parse_boolean($1)'),
  call('TRY_CAST boolean', 'boolean', ['string'], 'TRY_CAST($1 AS BOOLEAN)', 'parse_boolean($1)'),
]
