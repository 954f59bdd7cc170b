import { call } from './construct.ts'
import type { Construct, Place, ValueType } from './query-tree.ts'

const VALUES: [place: Place, type: ValueType][] = [
  ['numeric', 'numeric'],
  ['text', 'text'],
  ['property', 'property'],
  ['timestamp', 'timestamp'],
  ['boolean', 'boolean'],
]
/** What has an order of its own; properties are compared as numbers. */
const ORDERED: [place: Place, type: ValueType][] = [
  ['numeric', 'numeric'],
  ['parsed', 'numeric'],
  ['text', 'text'],
  ['timestamp', 'timestamp'],
]
const NUMBERS: Place[] = ['numeric', 'parsed']

/** Aggregate functions over the rows of a group, but those that need a timestamp. */
export const AGGREGATES: Construct[] = [
  call('COUNT(*)', 'numeric', [], 'COUNT(*)$F', '(count(*)$F)::numeric'),
  call('COUNT()', 'numeric', [], 'COUNT()$F', '(count(*)$F)::numeric'),
  ...VALUES.flatMap(([place]) => [
    call('COUNT', 'numeric', [place], 'COUNT($1)$F', '(count($1)$F)::numeric'),
    call(
      'COUNT DISTINCT',
      'numeric',
      [place],
      'COUNT(DISTINCT $1)$F',
      '(count(DISTINCT $1)$F)::numeric',
    ),
  ]),
  ...ORDERED.flatMap(([place, type]) =>
    // Postgres has no MIN of booleans, and neither have we.
    ['MIN', 'MAX'].map((name) => call(name, type, [place], `${name}($1)$F`, `${name}($1)$F`)),
  ),
  ...[1, 2, 3].map(() => call('SUM', 'numeric', ['number'], 'SUM($1)$F', '(sum($1)$F)')),
  call('AVG', 'numeric', ['number'], 'AVG($1)$F', 'divide(sum($1)$F, (count($1)$F)::numeric)'),
  ...NUMBERS.flatMap((place) =>
    ['0', '0.07', '0.25', '0.5', '0.95', '0.999', '1'].flatMap((fraction) =>
      [false, true].flatMap((isDescending) => percentile(place, fraction, isDescending)),
    ),
  ),
  ...NUMBERS.flatMap((place) => percentileFunctions(place)),
]

function sorted(isDescending: boolean): string {
  return `array_agg($1 ORDER BY $1${isDescending ? ' DESC' : ''}) FILTER (WHERE $1 IS NOT NULL$A)`
}

function percentile(place: Place, fraction: string, isDescending: boolean): Construct[] {
  const order = `WITHIN GROUP (ORDER BY $1${isDescending ? ' DESC' : ''})$F`
  return [
    call(
      'PERCENTILE_DISC',
      'numeric',
      [place],
      `PERCENTILE_DISC(${fraction}) ${order}`,
      `percentile_at(${sorted(isDescending)}, ${fraction})`,
    ),
    call(
      'PERCENTILE_CONT',
      'numeric',
      [place],
      `PERCENTILE_CONT(${fraction}) ${order}`,
      `percentile_between(${sorted(isDescending)}, ${fraction})`,
    ),
  ]
}

function percentileFunctions(place: Place): Construct[] {
  const at = `percentile_at(${sorted(false)}, 0.9)`
  const between = (fraction: string) => `percentile_between(${sorted(false)}, ${fraction})`
  return [
    call('MEDIAN', 'numeric', [place], 'MEDIAN($1)$F', between('0.5')),
    call('APPROX_PERCENTILE', 'numeric', [place], 'APPROX_PERCENTILE($1, 0.9)$F', at),
    call('QUANTILE_DISC', 'numeric', [place], 'QUANTILE_DISC($1, 0.9)$F', at),
    call('QUANTILE_CONT', 'numeric', [place], 'QUANTILE_CONT($1, 0.9)$F', between('0.9')),
  ]
}

/**
 * LATEST and EARLIEST where there is a column `timestamp`.
 * @param at that column, in Postgres
 * @param ties what settles ties of it; the value itself settles those that are left
 */
export function readings(at: string, ties: string[]): Construct[] {
  return VALUES.flatMap(([place, type]) =>
    [
      ['LATEST', 'DESC'],
      ['EARLIEST', 'ASC'],
    ].map(([name, direction]) => {
      const order = [at, ...ties, '$1'].map((key) => `${key} ${direction}`).join(', ')
      const filter = `FILTER (WHERE $1 IS NOT NULL AND ${at} IS NOT NULL$A)`
      const postgres = `((array_agg($1 ORDER BY ${order}) ${filter})[1])`
      return call(name!, type, [place], `${name}($1)$F`, postgres)
    }),
  )
}

/** Window functions whose values do not depend on the order of peers. */
export const PEER_WINDOWS: Construct[] = [
  ...(
    [
      ['RANK', 'rank'],
      ['DENSE_RANK', 'dense_rank'],
    ] as const
  ).map(([name, postgres]) =>
    call(`${name} OVER`, 'numeric', [], `${name}()$O`, `(${postgres}()$O)::numeric`),
  ),
  call('COUNT(*) OVER', 'numeric', [], 'COUNT(*)$F$O', '(count(*)$F$O)::numeric'),
  call('COUNT OVER', 'numeric', ['string'], 'COUNT($1)$F$O', '(count($1)$F$O)::numeric'),
  call('SUM OVER', 'numeric', ['number'], 'SUM($1)$F$O', '(sum($1)$F$O)'),
  call(
    'AVG OVER',
    'numeric',
    ['number'],
    'AVG($1)$F$O',
    'divide(sum($1)$F$O, (count($1)$F$O)::numeric)',
  ),
  ...ORDERED.flatMap(([place, type]) =>
    ['MIN', 'MAX'].map((name) =>
      call(`${name} OVER`, type, [place], `${name}($1)$F$O`, `(${name}($1)$F$O)`),
    ),
  ),
]

/** Window functions that need an order without ties. */
export const PLACE_WINDOWS: Construct[] = [
  call('ROW_NUMBER OVER', 'numeric', [], 'ROW_NUMBER()$O', '(row_number()$O)::numeric'),
  ...VALUES.flatMap(([place, type]) => [
    ...['FIRST_VALUE', 'LAST_VALUE', 'LAG', 'LEAD'].map((name) =>
      call(`${name} OVER`, type, [place], `${name}($1)$O`, `(${name}($1)$O)`),
    ),
    ...['LAG', 'LEAD'].flatMap((name) => [
      call(`${name} OVER`, type, [place], `${name}($1, 2)$O`, `(${name}($1, 2)$O)`),
      call(
        `${name} otherwise`,
        type,
        [place, place],
        `${name}($1, 1, $2)$O`,
        `(${name}($1, 1, $2)$O)`,
      ),
    ]),
  ]),
]

/** Those of them that may have ties which the columns settle: peers are nothing to them. */
export const TIED_WINDOWS = PLACE_WINDOWS.filter(({ family }) => !/LAST_VALUE/.test(family))

/** Functions that take neither FILTER nor a frame. */
export function takesFilter(construct: Construct): boolean {
  return construct.sql.includes('$F')
}
