import { z } from '@hono/zod-openapi'
import { createMetric, findBilledMetricIds } from '../../actions/billable-metrics.ts'
import { toFilterSchema } from '../../core/metering/filter-schema.ts'
import {
  AGGREGATION_TYPES,
  isSqlMetric,
  type SqlMetric,
  type StreamingMetric,
} from '../../core/metering/metric.ts'
import {
  archiveMetric,
  findMetric,
  listMetrics,
  renameMetric,
  type MetricRow,
} from '../../db/billable-metrics.ts'
import { findCustomer } from '../../db/customers.ts'
import { fail, failSql } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomerParams,
  CustomFields,
  dataOf,
  enumOf,
  Id,
  IdBody,
  IdData,
  json,
  jsonBody,
  NameText,
  pageOf,
  QueryBoolean,
  SearchText,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { noCustomer } from './customers.ts'

const tags = ['Billable metrics']

/** Properties that are a group key together, each of them once. */
export const GroupKey = z
  .array(z.string().min(1))
  .refine((names) => new Set(names).size === names.length, {
    error: 'expected each property only once',
  })

// BF-1
const FilterValues = z.array(z.string()).min(1, { error: 'expected at least one value' })

const EventTypeFilterBody = z
  .object({ in_values: FilterValues.optional(), not_in_values: FilterValues.optional() })
  .openapi('EventTypeFilter', { description: 'Which event types count; all if omitted.' })

const PropertyFilterBody = z
  .object({
    name: z.string().min(1),
    exists: z.boolean().nullish(),
    in_values: FilterValues.optional(),
    not_in_values: FilterValues.optional(),
  })
  .openapi('PropertyFilter')

/** What event search calls the aggregation of a SQL metric (SL-3). */
const SQL_AGGREGATION = 'custom_sql' as const
const EXECUTIONS = ['incremental', 'scan'] as const

export const MetricBody = z
  .object({
    id: Id,
    name: z.string(),
    aggregation_type: z.enum([...AGGREGATION_TYPES, SQL_AGGREGATION]).optional(),
    aggregation_key: z.string().optional(),
    event_type_filter: EventTypeFilterBody.optional(),
    property_filters: z.array(PropertyFilterBody).optional(),
    group_keys: z.array(z.array(z.string())).optional(),
    sql: z.string().optional(),
    execution: z.enum(EXECUTIONS).optional().openapi({
      description:
        'Of SQL metrics: `incremental` ones are added up as events are accepted, and reading them takes as long as they have groups; `scan` ones are computed from the stored events when they are read. Either way the answer counts every event that was accepted before it.',
    }),
    columns: z.array(z.string()).optional().openapi({
      description: 'Of SQL metrics: the columns of the result besides the quantity.',
    }),
    custom_fields: CustomFields,
    archived_at: TimestampText.optional(),
  })
  .openapi('BillableMetric')

const CustomerMetricBody = MetricBody.extend({
  group_by: z.array(z.string()).openapi({ deprecated: true }),
  aggregate: z.string().openapi({ deprecated: true }),
  aggregate_keys: z.array(z.string()).openapi({ deprecated: true }),
  filter: z.record(z.string(), z.unknown()).openapi({ deprecated: true }),
}).openapi('CustomerBillableMetric')

/** What a metric counts stays: to take it for changed would be a wrong bill. */
const Fixed = z
  .unknown()
  .refine((value) => value === undefined, {
    error: 'cannot be changed; create a metric and update the product to it from an hour on',
  })
  .optional()
  .openapi({ deprecated: true, description: 'Cannot be changed.' })

const MetricParams = z.object({ billable_metric_id: Id })

const createMetricRoute = apiRoute({
  method: 'post',
  path: '/v1/billable-metrics/create',
  access: 'write',
  operationId: 'createBillableMetric',
  tags,
  summary: 'Create a billable metric',
  request: {
    body: jsonBody(
      z.object({
        name: NameText,
        sql: z.string().optional().openapi({
          description:
            'A SELECT over the table `events` (columns `event_type`, `timestamp`, `transaction_id`, `customer_id`, `properties.<name>`), of one customer and period. The column `value`, or else the first, is the quantity; the others are group keys. Excludes all that describes other metrics.',
        }),
        aggregation_type: enumOf(AGGREGATION_TYPES).optional(),
        aggregation_key: z
          .string()
          .min(1)
          .optional()
          .openapi({ description: 'The property to aggregate; not for COUNT.' }),
        event_type_filter: EventTypeFilterBody.optional(),
        property_filters: z.array(PropertyFilterBody).optional(),
        group_keys: z
          .array(GroupKey.min(1, { error: 'expected at least one property' }))
          .optional()
          .openapi({ description: 'The property sets that usage can be grouped by.' }),
        custom_fields: CustomFields.optional(),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The metric') },
})

const getMetricRoute = apiRoute({
  method: 'get',
  path: '/v1/billable-metrics/{billable_metric_id}',
  access: 'read',
  operationId: 'getBillableMetric',
  tags,
  summary: 'Get a billable metric',
  request: { params: MetricParams },
  responses: { 200: json(dataOf(MetricBody), 'The metric') },
})

const listMetricsRoute = apiRoute({
  method: 'get',
  path: '/v1/billable-metrics',
  access: 'read',
  operationId: 'listBillableMetrics',
  tags,
  summary: 'List billable metrics',
  request: {
    query: PageQuery.extend({
      include_archived: QueryBoolean.optional(),
      search: SearchText.optional().openapi({ description: 'Part of the name, or the id.' }),
    }),
  },
  responses: { 200: json(pageOf(MetricBody), 'A page of metrics, oldest first') },
})

const updateMetricRoute = apiRoute({
  method: 'put',
  path: '/v1/billable-metrics/{billable_metric_id}',
  access: 'write',
  operationId: 'updateBillableMetric',
  tags,
  summary: 'Rename a billable metric',
  request: {
    params: MetricParams,
    body: jsonBody(
      z.object({
        name: NameText,
        sql: Fixed,
        aggregation_type: Fixed,
        aggregation_key: Fixed,
        event_type_filter: Fixed,
        property_filters: Fixed,
        group_keys: Fixed,
      }),
    ),
  },
  responses: { 200: json(IdData, 'The metric') },
})

const archiveMetricRoute = apiRoute({
  method: 'post',
  path: '/v1/billable-metrics/archive',
  access: 'write',
  operationId: 'archiveBillableMetric',
  tags,
  summary: 'Archive a billable metric; products that use it keep metering',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(IdData, 'The metric') },
})

const listCustomerMetricsRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/billable-metrics',
  access: 'read',
  embeddable: { by: 'path', in: ['usage'] },
  operationId: 'listCustomerBillableMetrics',
  tags,
  summary: 'List billable metrics for a customer',
  request: {
    params: CustomerParams,
    query: PageQuery.extend({
      on_current_plan: QueryBoolean.optional().openapi({
        description: "Only metrics behind the rate cards of the customer's running contracts.",
      }),
      include_archived: QueryBoolean.optional(),
    }),
  },
  responses: { 200: json(pageOf(CustomerMetricBody), 'A page of metrics, oldest first') },
})

export function billableMetricRoutes(app: App): void {
  app.openapi(createMetricRoute, async (c) => {
    const { db, environment, now, newId } = c.var
    const body = c.req.valid('json')
    const input = {
      id: newId(),
      name: body.name,
      sql: body.sql,
      aggregationType: body.aggregation_type,
      aggregationKey: body.aggregation_key,
      eventTypeFilter: body.event_type_filter && fromApiValues(body.event_type_filter),
      propertyFilters: body.property_filters?.map(fromApiPropertyFilter),
      groupKeys: body.group_keys,
      customFields: body.custom_fields ?? {},
    }
    const created = await createMetric(db, environment.id, input, now)
    if (!created.ok) return failSql(c, created.error)
    return c.json({ data: created.value }, 200)
  })

  app.openapi(getMetricRoute, async (c) => {
    const { db, environment } = c.var
    const { billable_metric_id: id } = c.req.valid('param')
    const row = await findMetric(db, environment.id, id)
    if (row === null) return fail(c, noMetric('billable_metric_id', id))
    return c.json({ data: toApiMetric(row) }, 200)
  })

  app.openapi(listMetricsRoute, async (c) => {
    const { db, environment } = c.var
    const { limit: asked, next_page, ...query } = c.req.valid('query')
    const question = `billable-metrics ${JSON.stringify(query)}`
    const filter = { includeArchived: query.include_archived ?? false, search: query.search }
    const page = await readRowPage(question, { limit: asked, next_page }, (from, limit) =>
      listMetrics(db, environment.id, filter, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    return c.json({ data: rows.map(toApiMetric), next_page: nextPage }, 200)
  })

  app.openapi(updateMetricRoute, async (c) => {
    const { db, environment } = c.var
    const { billable_metric_id: id } = c.req.valid('param')
    const isFound = await renameMetric(db, environment.id, id, c.req.valid('json').name)
    if (!isFound) return fail(c, noMetric('billable_metric_id', id))
    return c.json({ data: { id } }, 200)
  })

  app.openapi(archiveMetricRoute, async (c) => {
    const { db, environment, now } = c.var
    const { id } = c.req.valid('json')
    if (!(await archiveMetric(db, environment.id, id, now))) return fail(c, noMetric('id', id))
    return c.json({ data: { id } }, 200)
  })

  customerMetricRoutes(app)
}

function customerMetricRoutes(app: App): void {
  app.openapi(listCustomerMetricsRoute, async (c) => {
    const { db, environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const { limit: asked, next_page, ...query } = c.req.valid('query')
    const question = `customers/${customer_id}/billable-metrics ${JSON.stringify(query)}`
    if ((await findCustomer(db, environment.id, customer_id)) === null) {
      return fail(c, noCustomer(customer_id))
    }
    const isEmbedded = c.var.principal.scope === 'embedded'
    const filter = {
      includeArchived: query.include_archived ?? false,
      // A customer's page learns of no metric that others are billed by.
      ids:
        query.on_current_plan === true || isEmbedded
          ? await findBilledMetricIds(db, environment.id, customer_id, now)
          : undefined,
    }
    const page = await readRowPage(question, { limit: asked, next_page }, (from, limit) =>
      listMetrics(db, environment.id, filter, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    const metrics = rows.map(toApiCustomerMetric)
    const data = isEmbedded ? metrics.map(withoutFormula) : metrics
    return c.json({ data, next_page: nextPage }, 200)
  })
}

function noMetric(field: string, id: string) {
  return { code: 'not_found' as const, message: `${field}: no billable metric ${id}` }
}

type EventTypeFilterInput = z.infer<typeof EventTypeFilterBody>
type PropertyFilterInput = z.infer<typeof PropertyFilterBody>

function fromApiValues({ in_values, not_in_values }: EventTypeFilterInput) {
  return { inValues: in_values, notInValues: not_in_values }
}

function fromApiPropertyFilter({ name, exists, ...values }: PropertyFilterInput) {
  return { name, exists: exists ?? undefined, ...fromApiValues(values) }
}

export function toApiMetric(row: MetricRow) {
  const { definition } = row
  return {
    id: row.id,
    name: row.name,
    ...(isSqlMetric(definition) ? toApiSql(definition) : toApiStreaming(definition)),
    custom_fields: row.customFields,
    // Absent unless archived (BM-11).
    archived_at: row.archivedAt === null ? undefined : toApiTimestamp(row.archivedAt),
  }
}

function toApiSql({ sql, execution, plan }: Omit<SqlMetric, 'id' | 'name'>) {
  return { sql, execution, columns: plan.keys.map(({ name }) => name) }
}

function toApiStreaming(definition: Omit<StreamingMetric, 'id' | 'name'>) {
  const { aggregationType, aggregationKey, eventTypeFilter, propertyFilters, groupKeys } =
    definition
  return {
    aggregation_type: aggregationType,
    aggregation_key: aggregationKey,
    event_type_filter: eventTypeFilter && {
      in_values: eventTypeFilter.inValues,
      not_in_values: eventTypeFilter.notInValues,
    },
    property_filters: propertyFilters.map(({ name, exists, inValues, notInValues }) => ({
      name,
      exists,
      in_values: inValues,
      not_in_values: notInValues,
    })),
    group_keys: groupKeys,
  }
}

/** A metric that an event matched: of a SQL metric it says so (SL-3). */
export function toApiMatchedMetric(row: MetricRow) {
  const metric = toApiMetric(row)
  return isSqlMetric(row.definition) ? { ...metric, aggregation_type: SQL_AGGREGATION } : metric
}

/** How usage is measured is the owner's own: a customer's page needs names and group keys only. */
function withoutFormula(metric: ReturnType<typeof toApiCustomerMetric>) {
  const { id, name, group_by, archived_at } = metric
  const group_keys = 'group_keys' in metric ? metric.group_keys : undefined
  const aggregation_type = 'aggregation_type' in metric ? metric.aggregation_type : undefined
  const shown = { id, name, aggregation_type, group_keys, group_by, archived_at }
  const aggregate_keys: string[] = []
  return { ...shown, custom_fields: {}, aggregate: '', aggregate_keys, filter: {} }
}

function toApiCustomerMetric(row: MetricRow) {
  const { definition } = row
  const metric = toApiMetric(row)
  if (isSqlMetric(definition)) {
    const group_by = definition.plan.keys.map(({ name }) => name)
    return { ...metric, group_by, aggregate: SQL_AGGREGATION, aggregate_keys: [], filter: {} }
  }
  const { aggregationType, aggregationKey, groupKeys } = definition
  return {
    ...metric,
    group_by: [...new Set(groupKeys.flat())],
    aggregate: aggregationType.toLowerCase(),
    aggregate_keys: aggregationKey === undefined ? [] : [aggregationKey],
    filter: toFilterSchema(definition),
  }
}
