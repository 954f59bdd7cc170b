import { type Binding, call, infix, SUFFIX } from './construct.ts'
import { BOOLEAN_CASTS, COMPARISONS, LOGIC, PREDICATES } from './condition-constructs.ts'
import { ARITHMETIC, NUMBER_CASTS } from './number-constructs.ts'
import { type Construct, LEVEL, type Place } from './query-tree.ts'
import { CHOICES, DATES, NULLIFS } from './value-constructs.ts'

const CONCAT: Binding = { level: LEVEL.concat, operandLevels: [LEVEL.concat, LEVEL.sum] }

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
