import { z } from '@hono/zod-openapi'
import { readUsage } from '../../actions/read-usage.ts'
import { readCurrentPeriod } from '../../actions/read-current-period.ts'
import type { Decimal } from '../../core/decimal.ts'
import type { Group } from '../../core/metering/group.ts'
import { compareGroups, type GroupValues } from '../../core/metering/increment.ts'
import { measureValues } from '../../core/metering/measure-usage.ts'
import { groupKeyFor, isSqlMetric, type BillableMetric } from '../../core/metering/metric.ts'
import { checkUsageRange, WINDOW_SIZES, windowBoundaries } from '../../core/metering/usage-range.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import type { Period } from '../../core/time.ts'
import { loadMetrics } from '../../db/billable-metrics.ts'
import { findCustomer } from '../../db/customers.ts'
import { findEnvironment } from '../../db/environments.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery, type CursorKey } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  enumOf,
  Id,
  json,
  jsonBody,
  mapOf,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { noCustomer } from './customers.ts'
import { toApiValue } from './usage.ts'

const UsageGroupsBody = z.object({
  customer_id: Id,
  billable_metric_id: Id,
  window_size: enumOf(WINDOW_SIZES),
  starting_on: Timestamp.optional(),
  ending_before: Timestamp.optional(),
  current_period: z.boolean().optional(),
  group_key: z.array(z.string().min(1)).min(1).optional().openapi({
    description: 'One of the group keys that the metric declares, whole.',
  }),
  group_filters: mapOf(z.array(z.string().min(1)).max(200), { type: 'array' }).optional(),
  group_by: z
    .object({ key: z.string().min(1), values: z.array(z.string().min(1)).max(200).optional() })
    .optional()
    .openapi({ deprecated: true }),
})
type UsageGroupsQuestion = z.output<typeof UsageGroupsBody>

export const UsageGroupRow = z
  .object({
    starting_on: TimestampText,
    ending_before: TimestampText,
    group_key: z.string().nullable(),
    group_value: z.string().nullable(),
    group: z.record(z.string(), z.string().nullable()).optional(),
    value: z.number().nullable(),
  })
  .openapi('UsageGroup')

const usageGroupsRoute = apiRoute({
  method: 'post',
  path: '/v1/usage/groups',
  access: 'read',
  embeddable: { by: 'body', in: ['usage'] },
  operationId: 'getUsageGroups',
  tags: ['Usage'],
  summary: "One customer's usage of one metric, by group",
  request: { query: PageQuery, body: jsonBody(UsageGroupsBody) },
  responses: { 200: json(pageOf(UsageGroupRow), 'Rows by window, then group') },
})

export function usageGroupRoutes(app: App): void {
  app.openapi(usageGroupsRoute, async (c) => {
    const { db, environment } = c.var
    const question = c.req.valid('json')
    const { limit = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const customer = await findCustomer(db, environment.id, question.customer_id)
    if (customer === null) return fail(c, noCustomer(question.customer_id))
    const [metric] = await loadMetrics(db, environment.id, [question.billable_metric_id])
    if (metric === undefined) {
      const message = `billable_metric_id: no billable metric ${question.billable_metric_id}`
      return fail(c, { code: 'not_found', message })
    }
    const grouping = readGrouping(question, metric)
    if (!grouping.ok) return fail(c, grouping.error)
    const period = await readPeriod(c, question)
    if (!period.ok) return fail(c, period.error)
    const { startMs, endMs } = period.value
    const boundaries = windowBoundaries(startMs, endMs, question.window_size)
    if (!boundaries.ok) return fail(c, boundaries.error)
    const scope = `usage/groups ${JSON.stringify(question)}`
    const cursor = decodeCursor(scope, next_page, ['number', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)

    const query = {
      metricId: metric.id,
      groupKey: grouping.value.groupKey,
      boundaries: boundaries.value,
      isFinal: true,
    }
    // The metric may be newer than the configuration that this request began with.
    const current = (await findEnvironment(db, environment.id)) ?? environment
    const { usage } = await readUsage(c.env, current, customer.id, [query])
    const series = measureValues(metric, query, usage[0] ?? []).filter(({ group }) =>
      passes(group, grouping.value),
    )
    const rows = listRows(series, boundaries.value.length - 1, grouping.value)
    const rest = rows.filter((row) => cursor.value === null || isAfter(row, cursor.value))
    const page = cutPage(scope, rest, limit, ({ window, group }) => [
      window,
      ...group.map(toCursorText),
    ])
    const data = page.rows.map((row) => toApiRow(row, boundaries.value, grouping.value))
    return c.json({ data, next_page: page.nextPage }, 200)
  })
}

/** How rows are grouped. `groupKey` is in the metric's declared order; null = ungrouped. */
interface Grouping {
  groupKey: string[] | null
  /** The values that may pass, for each property that is restricted. */
  filters: Map<string, string[]>
}

/** UG-4 … UG-6: a declared key, exactly, and filters on its properties only. */
function readGrouping(question: UsageGroupsQuestion, metric: BillableMetric): Result<Grouping> {
  const { group_by, group_key, group_filters = {} } = question
  if (group_by !== undefined && group_key !== undefined) {
    return refuse('invalid', 'group_by: expected only without group_key')
  }
  const asked = group_key ?? (group_by === undefined ? undefined : [group_by.key])
  const given = Object.entries(
    group_by?.values ? { [group_by.key]: group_by.values } : group_filters,
  )
  const stray = given.find(([name]) => !asked?.includes(name))
  if (stray !== undefined) {
    return refuse(
      'invalid',
      `group_filters: "${stray[0]}" is not among the properties of group_key`,
    )
  }
  if (asked === undefined) return ok({ groupKey: null, filters: new Map() })
  const groupKey = groupKeyFor(metric, asked)
  if (groupKey === null) {
    return refuse(
      'invalid',
      `group_key: ${JSON.stringify(asked)} is no group key of the metric "${metric.name}"; it ${offered(metric)}`,
    )
  }
  // An empty list lets every value pass (UG-6).
  return ok({ groupKey, filters: new Map(given.filter(([, values]) => values.length > 0)) })
}

function offered(metric: BillableMetric): string {
  if (isSqlMetric(metric)) {
    return `has the columns ${metric.plan.keys.map(({ name }) => JSON.stringify(name)).join(', ') || 'none'}`
  }
  return `declares ${metric.groupKeys.map((key) => JSON.stringify(key)).join(', ') || 'none'}`
}

async function readPeriod(c: AppContext, question: UsageGroupsQuestion): Promise<Result<Period>> {
  const { customer_id, starting_on, ending_before, current_period } = question
  if (current_period === true) {
    if (starting_on !== undefined || ending_before !== undefined) {
      return refuse(
        'invalid',
        'current_period: expected only without starting_on and ending_before',
      )
    }
    return readCurrentPeriod(c.var.db, c.var.environment.id, customer_id, c.var.now)
  }
  if (starting_on === undefined)
    return refuse('invalid', 'starting_on: required unless current_period is true')
  if (ending_before === undefined)
    return refuse('invalid', 'ending_before: required unless current_period is true')
  const range = checkUsageRange(starting_on, ending_before)
  return range.ok ? ok({ startMs: starting_on, endMs: ending_before }) : range
}

function passes(group: Group, { groupKey, filters }: Grouping): boolean {
  return (groupKey ?? []).every((name, i) => filters.get(name)?.includes(group[i] ?? '') ?? true)
}

/** Whether a row comes after the one that a cursor names. */
function isAfter(row: Row, [window, ...group]: CursorKey): boolean {
  if (row.window !== window) return row.window > Number(window)
  return compareGroups(row.group, group.map(fromCursorText)) > 0
}

/** A cursor has no null. */
function toCursorText(value: string | null): string {
  return value === null ? '' : `=${value}`
}

function fromCursorText(text: CursorKey[number]): string | null {
  return text === '' ? null : String(text).slice(1)
}

interface Row {
  window: number
  group: Group
  value: Decimal | null
}

/** Ungrouped: every window (UQ-8). Grouped: the pairs of window and group that have usage (UQ-9). */
function listRows(series: GroupValues[], windowCount: number, { groupKey }: Grouping): Row[] {
  const windows = Array.from({ length: windowCount }, (_, window) => window)
  if (groupKey === null) {
    return windows.map((window) => ({
      window,
      group: [],
      value: series[0]?.values[window] ?? null,
    }))
  }
  return windows.flatMap((window) =>
    series
      .map(({ group, values }) => ({ window, group, value: values[window] ?? null }))
      .filter(({ value }) => value !== null),
  )
}

/** UG-9: a simple key is also named flat; a compound one only in `group`. */
function toApiRow({ window, group, value }: Row, boundaries: number[], { groupKey }: Grouping) {
  const isSimple = groupKey?.length === 1
  return {
    starting_on: toApiTimestamp(boundaries[window] ?? 0),
    ending_before: toApiTimestamp(boundaries[window + 1] ?? 0),
    group_key: isSimple ? (groupKey?.[0] ?? null) : null,
    group_value: isSimple ? (group[0] ?? null) : null,
    group:
      groupKey === null
        ? undefined
        : Object.fromEntries(groupKey.map((name, i) => [name, group[i] ?? null])),
    value: toApiValue(value),
  }
}
