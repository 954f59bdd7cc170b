import { z } from '@hono/zod-openapi'
import { readUsage } from '../../actions/read-usage.ts'
import { toText, type Decimal } from '../../core/decimal.ts'
import type { Environment } from '../../core/environment.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { GroupValues } from '../../core/metering/increment.ts'
import { measureValues } from '../../core/metering/measure-usage.ts'
import { groupKeyFor } from '../../core/metering/metric.ts'
import type { UsageQuery } from '../../core/metering/usage.ts'
import { checkUsageRange, WINDOW_SIZES, windowBoundaries } from '../../core/metering/usage-range.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { loadMetrics } from '../../db/billable-metrics.ts'
import type { Database } from '../../db/database.ts'
import { findEnvironment } from '../../db/environments.ts'
import { findUnknownCustomers, listUsagePairs, type UsagePair } from '../../db/usage-pairs.ts'
import type { Env } from '../../env.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  enumOf,
  Id,
  json,
  jsonBody,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'

/** A page ends with the pair that brings it to this many rows. */
const ROWS_PER_PAGE = 2_000
const PAIRS_PER_PAGE_MAX = 100
/** As many values are answered when none are named (UB-3). */
const GROUP_VALUES_MAX = 200
/** Property values are at most so long (EV-16). */
const GROUP_VALUE_LENGTH_MAX = 4_096
/** Every row names every group: a question about more cells than this is refused. */
const CELLS_PER_PAIR_MAX = 100_000

const GroupBy = z.object({
  key: z.string().min(1),
  values: z
    .array(z.string().min(1).max(GROUP_VALUE_LENGTH_MAX))
    .min(1)
    .max(GROUP_VALUES_MAX)
    .optional(),
})

const UsageBody = z.object({
  customer_ids: z.array(Id).max(1_000).optional(),
  billable_metrics: z
    .array(z.object({ id: Id, group_by: GroupBy.optional() }))
    .max(100)
    .optional(),
  window_size: enumOf(WINDOW_SIZES),
  starting_on: Timestamp,
  ending_before: Timestamp,
})
type UsageQuestion = z.output<typeof UsageBody>

const UsageRow = z
  .object({
    customer_id: Id,
    billable_metric_id: Id,
    billable_metric_name: z.string(),
    start_timestamp: TimestampText,
    end_timestamp: TimestampText,
    value: z.number().nullable().openapi({ description: 'Null: nothing matched.' }),
    groups: z.record(z.string(), z.number().nullable()).optional(),
  })
  .openapi('Usage')

const usageRoute = apiRoute({
  method: 'post',
  path: '/v1/usage',
  access: 'read',
  operationId: 'getUsage',
  tags: ['Usage'],
  summary: 'Usage of many customers and metrics',
  request: {
    query: z.object({ next_page: z.string().optional() }),
    body: jsonBody(UsageBody),
  },
  responses: {
    200: json(pageOf(UsageRow), 'A row for each customer, metric and window, in this order'),
  },
})

/** UB-4 */
const NO_LIMIT = {
  code: 'invalid' as const,
  message: 'limit: not accepted here; pages are cut by customer and metric',
}

export function usageRoutes(app: App): void {
  app.openapi(usageRoute, async (c) => {
    const { db, environment } = c.var
    const question = c.req.valid('json')
    if (c.req.query('limit') !== undefined) return fail(c, NO_LIMIT)
    const boundaries = await checkQuestion(db, environment.id, question)
    if (!boundaries.ok) return fail(c, boundaries.error)
    const cursorScope = `usage ${JSON.stringify(question)}`
    const key = decodeCursor(cursorScope, c.req.valid('query').next_page, ['string', 'string'])
    if (!key.ok) return fail(c, key.error)
    const from = key.value && { customerId: String(key.value[0]), metricId: String(key.value[1]) }
    const rowsPerPair = (boundaries.value.length - 1) * cellsPerRow(question)
    const limit = Math.min(PAIRS_PER_PAGE_MAX, Math.max(1, Math.floor(ROWS_PER_PAGE / rowsPerPair)))
    const filter = {
      customerIds: question.customer_ids,
      metricIds: question.billable_metrics?.map(({ id }) => id),
    }
    const pairs = await listUsagePairs(db, environment.id, filter, from, limit + 1)
    const page = cutPage(cursorScope, pairs, limit, (pair) => [pair.customerId, pair.metric.id])
    // A metric may be newer than the configuration that this request began with.
    const current = (await findEnvironment(db, environment.id)) ?? environment
    const rows = await readPairs(c.env, current, page.rows, question, boundaries.value)
    return c.json({ data: rows, next_page: page.nextPage }, 200)
  })
}

/** How much a row weighs: groups make it longer, though each by less than a row. */
function cellsPerRow({ billable_metrics = [] }: UsageQuestion): number {
  const groups = billable_metrics.map(({ group_by }) =>
    group_by === undefined ? 0 : (group_by.values?.length ?? GROUP_VALUES_MAX),
  )
  return 1 + Math.max(0, ...groups) / 10
}

/** The question's windows, if all that it names exists and may be asked for. */
async function checkQuestion(
  db: Database,
  environmentId: string,
  question: UsageQuestion,
): Promise<Result<number[]>> {
  const { starting_on, ending_before, window_size, customer_ids, billable_metrics } = question
  const range = checkUsageRange(starting_on, ending_before)
  if (!range.ok) return range
  const unknown = await findUnknownCustomers(db, environmentId, customer_ids ?? [])
  if (unknown.length > 0) return refuse('not_found', `customer_ids: no customer ${unknown[0]}`)
  const asked = billable_metrics ?? []
  const found = await loadMetrics(
    db,
    environmentId,
    asked.map(({ id }) => id),
  )
  const metrics = new Map(found.map((metric) => [metric.id, metric]))
  for (const [i, { id, group_by }] of asked.entries()) {
    const metric = metrics.get(id)
    if (metric === undefined)
      return refuse('not_found', `billable_metrics[${i}].id: no billable metric ${id}`)
    if (asked.findIndex((other) => other.id === id) < i) {
      return refuse('invalid', `billable_metrics[${i}].id: ${id} is listed twice`)
    }
    if (group_by !== undefined && groupKeyFor(metric, [group_by.key]) === null) {
      return refuse(
        'invalid',
        `billable_metrics[${i}].group_by.key: "${group_by.key}" is no group key of its own of the metric "${metric.name}"`,
      )
    }
  }
  const boundaries = windowBoundaries(starting_on, ending_before, window_size)
  return boundaries.ok ? checkSize(boundaries.value, asked) : boundaries
}

/** Refuses an answer that would not fit into a page though it were of one pair only. */
function checkSize(
  boundaries: number[],
  asked: NonNullable<UsageQuestion['billable_metrics']>,
): Result<number[]> {
  const windows = boundaries.length - 1
  for (const [i, { group_by }] of asked.entries()) {
    if (group_by === undefined) continue
    // A value costs as much as its text, in every row.
    const size = group_by.values?.reduce((sum, value) => sum + 1 + value.length / 32, 0)
    if (windows * (size ?? GROUP_VALUES_MAX) <= CELLS_PER_PAIR_MAX) continue
    return refuse(
      'invalid',
      `billable_metrics[${i}].group_by: ${windows} windows with so many groups are too much for one answer; ask for fewer windows or values`,
    )
  }
  return ok(boundaries)
}

/** The rows of these pairs: one call to the meters for each customer. */
async function readPairs(
  env: Env,
  environment: Environment,
  pairs: UsagePair[],
  question: UsageQuestion,
  boundaries: number[],
) {
  const groupings = new Map(question.billable_metrics?.map(({ id, group_by }) => [id, group_by]))
  const byCustomer = [...Map.groupBy(pairs, (pair) => pair.customerId)]
  const rows = await Promise.all(
    byCustomer.map(async ([customerId, customerPairs]) => {
      const queries = customerPairs.flatMap(({ metric }): UsageQuery[] => {
        const groupBy = groupings.get(metric.id)
        const total = { metricId: metric.id, groupKey: null, boundaries, isFinal: true }
        return groupBy === undefined ? [total] : [total, { ...total, groupKey: [groupBy.key] }]
      })
      const { usage } = await readUsage(env, environment, customerId, queries)
      const answers = queries.map((query, i) => ({ query, usage: usage[i] ?? [] }))
      return customerPairs.flatMap((pair) => {
        const own = answers.filter(({ query }) => query.metricId === pair.metric.id)
        const groupBy = groupings.get(pair.metric.id)
        const [totals, grouped] = own.map(({ query, usage: of }) =>
          measureValues(pair.metric, query, of),
        )
        const groups = groupBy && chooseGroups(grouped ?? [], groupBy)
        return toApiRows(pair, boundaries, totals?.[0]?.values ?? [], groups)
      })
    }),
  )
  return rows.flat()
}

/** The groups that were asked for, also those without usage; or the first ones (UB-3). */
function chooseGroups(found: GroupValues[], groupBy: z.output<typeof GroupBy>): GroupValues[] {
  // A group of no value (NULL) has no name here; `/v1/usage/groups` shows it.
  const named = found.filter(({ group }) => group[0] !== null)
  if (groupBy.values === undefined) return named.slice(0, GROUP_VALUES_MAX)
  return groupBy.values.map(
    (value) => named.find(({ group }) => group[0] === value) ?? { group: [value], values: [] },
  )
}

function toApiRows(
  { customerId, metric }: UsagePair,
  boundaries: number[],
  values: (Decimal | null)[],
  groups: GroupValues[] | undefined,
) {
  return boundaries.slice(0, -1).map((start, window) => ({
    customer_id: customerId,
    billable_metric_id: metric.id,
    billable_metric_name: metric.name,
    start_timestamp: toApiTimestamp(start),
    end_timestamp: toApiTimestamp(boundaries[window + 1] ?? start),
    value: toApiValue(values[window]),
    groups:
      groups &&
      Object.fromEntries(
        groups.map((series) => [series.group[0] ?? '', toApiValue(series.values[window])]),
      ),
  }))
}

export function toApiValue(value: Decimal | null | undefined): number | null {
  return value === null || value === undefined ? null : jsonNumber(toText(value))
}
