import { SqlError } from '../sql-error.ts'
import { suggest } from './suggest.ts'
import type { CallTree } from '../tree.ts'

export const AGGREGATE_NAMES: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'LATEST',
  'EARLIEST',
  'MEDIAN',
  'PERCENTILE_DISC',
  'PERCENTILE_CONT',
  'APPROX_PERCENTILE',
  'QUANTILE_DISC',
  'QUANTILE_CONT',
])

/** They mean nothing without OVER. */
export const WINDOW_NAMES: ReadonlySet<string> = new Set([
  'ROW_NUMBER',
  'RANK',
  'DENSE_RANK',
  'LAG',
  'LEAD',
  'FIRST_VALUE',
  'LAST_VALUE',
])

const OUTSIDE_OF_EVENTS =
  /^(NOW|TODAY|RANDOM|RAND|SETSEED|UUID|NEWID|GEN_RANDOM_UUID|UUID_GENERATE_V\d|GETDATE|GETUTCDATE|SYSDATE|SYSDATETIME|UNIX_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP|CURRENT_\w+|CLOCK_TIMESTAMP|STATEMENT_TIMESTAMP|TRANSACTION_TIMESTAMP|TIMEOFDAY)$/

/** What is absent on purpose, with why or what to use instead. */
const ABSENT: [RegExp, string][] = [
  [
    /^(POWER|POW|SQRT|CBRT|EXP|LN|LOG|LOG2|LOG10|SIN|COS|TAN|STDDEV\w*|VAR(IANCE|_\w+)|CORR|PI)$/,
    'its results are not exact decimals, which bills need; x squared is x * x',
  ],
  [/^(REGEXP|RLIKE|SIMILAR)\w*$/, 'patterns of unbounded cost are left out: use LIKE'],
  [/^(JSON|JSONB|GET_JSON|PARSE_JSON|TO_JSON)\w*$/, 'name the property itself: properties.user_id'],
  [/^(IFNULL|NVL|ISNULL)$/, 'use COALESCE'],
  [/^(DATEDIFF|TIMESTAMPDIFF|TIMESTAMP_DIFF)$/, 'use DATE_DIFF(unit, from, to)'],
  [/^(DATE_PART|DATEPART|SECOND|QUARTER|WEEK|DOW|DAYOFWEEK)$/, 'use EXTRACT(field FROM timestamp)'],
  [/^(TO_TIMESTAMP|STR_TO_DATE|TIMESTAMP|DATE)$/, 'use CAST(... AS TIMESTAMP)'],
  [/^(DATE_ADD|DATE_SUB|DATEADD|DATE_FORMAT|STRFTIME|TO_CHAR)$/, 'use DATE_TRUNC or EXTRACT'],
  [/^(SAFE_CAST|CONVERT|TO_NUMBER|TO_DECIMAL|DECIMAL|INT)$/, 'use TRY_CAST(... AS DECIMAL)'],
  [/^(COUNT_?IF|SUM_?IF|AVG_?IF)$/, 'use COUNT(*) FILTER (WHERE ...)'],
  [/^(COUNT_DISTINCT|APPROX_COUNT_DISTINCT|APPROX_DISTINCT|UNIQ)$/, 'use COUNT(DISTINCT x)'],
  [/^(ANY_VALUE|FIRST|LAST|ARG_MAX|ARG_MIN|MAX_BY|MIN_BY)$/, 'use LATEST(x) or EARLIEST(x)'],
  [/^(STRING_AGG|GROUP_CONCAT|LISTAGG|ARRAY_AGG)$/, 'a group has one value for each column'],
  [/^(CHAR_LENGTH|CHARACTER_LENGTH|LEN)$/, 'use LENGTH'],
]

/** @throws SqlError `unknown_function`, with what was probably meant or why it is absent */
export function refuseFunction(call: CallTree, known: Iterable<string>): never {
  if (OUTSIDE_OF_EVENTS.test(call.name)) {
    const reason = 'is not available in billable metrics: results must depend on events only'
    throw new SqlError('unknown_function', `\`${call.name.toLowerCase()}()\` ${reason}`, call)
  }
  const reason = ABSENT.find(([names]) => names.test(call.name))?.[1]
  const close = suggest(call.name, [...known, ...AGGREGATE_NAMES, ...WINDOW_NAMES])
  const hint = reason ?? (close === null ? undefined : `did you mean ${close}?`)
  throw new SqlError('unknown_function', `unknown function ${call.name}`, call, hint)
}

/** @throws SqlError `bad_args` where a call that is no aggregate has what only those have */
export function refuseAggregateParts(call: CallTree): void {
  if (call.isStar || call.isDistinct || call.filter !== null || call.within !== null) {
    throw new SqlError('bad_args', `${call.name} is not an aggregate`, call)
  }
}
