import { z } from '@hono/zod-openapi'
import {
  changeSchedule,
  readSchedule,
  type ScheduleName,
  type ScheduleOwner,
} from '../../actions/named-schedules.ts'
import { canonicalValues } from '../../core/catalog/create-rate.ts'
import { segmentsAt, type ScheduleSegment } from '../../core/catalog/named-schedule.ts'
import { parseExactJson } from '../../core/json-number.ts'
import { ok, type Result } from '../../core/result.ts'
import { findCustomer } from '../../db/customers.ts'
import { listContractSchedules, type SchedulePlace } from '../../db/named-schedules.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  Id,
  json,
  jsonBody,
  JsonText,
  mapOf,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
  WellFormedText,
} from '../schemas.ts'
import { noCustomer } from './customers.ts'

const tags = ['Named schedules']

const NAME_LENGTH_MAX = 200
const PROPERTIES_MAX = 20

const Name = WellFormedText.pipe(z.string().min(1).max(NAME_LENGTH_MAX))

const Properties = mapOf(z.string().max(NAME_LENGTH_MAX), { type: 'string' })
  .refine((properties) => Object.keys(properties).length <= PROPERTIES_MAX, {
    error: `expected at most ${PROPERTIES_MAX} properties`,
  })
  .optional()
  .openapi({ description: 'What tells schedules of one name apart.' })

const QuestionFields = {
  schedule_name: Name,
  covering_date: Timestamp.optional().openapi({
    description: 'Only the segment that covers this instant.',
  }),
}

const ChangeFields = {
  schedule_name: Name,
  starting_at: Timestamp,
  ending_before: Timestamp.optional(),
  value: JsonText.openapi({ description: 'Any JSON value. It has no effect on invoices.' }),
}

const SegmentBody = z.object({
  value: z.unknown(),
  starting_at: TimestampText,
  ending_before: TimestampText.optional(),
})

const NamedScheduleBody = dataOf(z.array(SegmentBody)).openapi('NamedSchedule')

const rateCardFields = { rate_card_id: Id }
const customerFields = { customer_id: Id }
const contractFields = { customer_id: Id, contract_id: Id }

const getOfRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/getNamedSchedule',
  access: 'read',
  operationId: 'getRateCardNamedSchedule',
  tags,
  summary: 'Get a named schedule of a rate card',
  request: { body: jsonBody(z.object({ ...rateCardFields, ...QuestionFields })) },
  responses: { 200: json(NamedScheduleBody, 'Its segments, in order') },
})

const updateOfRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/updateNamedSchedule',
  access: 'write',
  operationId: 'updateRateCardNamedSchedule',
  tags,
  summary: 'Set the value of a named schedule of a rate card for a span of time',
  request: { body: jsonBody(z.object({ ...rateCardFields, ...ChangeFields })) },
  responses: { 200: { description: 'The value is set' } },
})

const getOfCustomerRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/getNamedSchedule',
  access: 'read',
  operationId: 'getCustomerNamedSchedule',
  tags,
  summary: 'Get a named schedule of a customer',
  request: { body: jsonBody(z.object({ ...customerFields, ...QuestionFields })) },
  responses: { 200: json(NamedScheduleBody, 'Its segments, in order') },
})

const updateOfCustomerRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/updateNamedSchedule',
  access: 'write',
  operationId: 'updateCustomerNamedSchedule',
  tags,
  summary: 'Set the value of a named schedule of a customer for a span of time',
  request: { body: jsonBody(z.object({ ...customerFields, ...ChangeFields })) },
  responses: { 200: { description: 'The value is set' } },
})

const getOfContractRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/getNamedSchedule',
  access: 'read',
  operationId: 'getContractNamedSchedule',
  tags,
  summary: 'Get a named schedule of a contract',
  request: {
    body: jsonBody(z.object({ ...contractFields, ...QuestionFields, properties: Properties })),
  },
  responses: { 200: json(NamedScheduleBody, 'Its segments, in order') },
})

const updateOfContractRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/updateNamedSchedule',
  access: 'write',
  operationId: 'updateContractNamedSchedule',
  tags,
  summary: 'Set the value of a named schedule of a contract for a span of time',
  request: {
    body: jsonBody(z.object({ ...contractFields, ...ChangeFields, properties: Properties })),
  },
  responses: { 200: { description: 'The value is set' } },
})

const listOfContractsRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/listNamedSchedules',
  access: 'read',
  operationId: 'listContractNamedSchedules',
  tags,
  summary: "List the named schedules of a customer's contracts",
  request: {
    body: jsonBody(
      z.object({
        customer_id: Id,
        contract_id: Id.optional(),
        schedule_name: Name.optional(),
        properties: Properties,
        covering_date: Timestamp.optional(),
        limit: z.int().min(1).max(PAGE_LIMIT_MAX).optional(),
        next_page: z.string().optional(),
      }),
    ),
  },
  responses: {
    200: json(
      pageOf(
        z.object({
          contract_id: Id,
          schedule_name: z.string(),
          properties: z.record(z.string(), z.string()).optional(),
          segments: z.array(SegmentBody),
        }),
      ),
      'A page of schedules',
    ),
  },
})

export function namedScheduleRoutes(app: App): void {
  app.openapi(getOfRateCardRoute, async (c) => {
    const body = c.req.valid('json')
    const data = await readSegments(c, ofRateCard(body), body)
    return data.ok ? c.json({ data: data.value }, 200) : fail(c, data.error)
  })

  app.openapi(updateOfRateCardRoute, async (c) => {
    const body = c.req.valid('json')
    const changed = await change(c, ofRateCard(body), body)
    return changed.ok ? c.body(null, 200) : fail(c, changed.error)
  })

  app.openapi(getOfCustomerRoute, async (c) => {
    const body = c.req.valid('json')
    const data = await readSegments(c, ofCustomer(body), body)
    return data.ok ? c.json({ data: data.value }, 200) : fail(c, data.error)
  })

  app.openapi(updateOfCustomerRoute, async (c) => {
    const body = c.req.valid('json')
    const changed = await change(c, ofCustomer(body), body)
    return changed.ok ? c.body(null, 200) : fail(c, changed.error)
  })

  app.openapi(getOfContractRoute, async (c) => {
    const body = c.req.valid('json')
    const data = await readSegments(c, ofContract(body), body)
    return data.ok ? c.json({ data: data.value }, 200) : fail(c, data.error)
  })

  app.openapi(updateOfContractRoute, async (c) => {
    const body = c.req.valid('json')
    const changed = await change(c, ofContract(body), body)
    return changed.ok ? c.body(null, 200) : fail(c, changed.error)
  })

  app.openapi(listOfContractsRoute, async (c) => {
    const { db, environment } = c.var
    const {
      customer_id,
      covering_date,
      limit = PAGE_LIMIT_MAX,
      next_page,
      ...filter
    } = c.req.valid('json')
    if ((await findCustomer(db, environment.id, customer_id)) === null) {
      return fail(c, noCustomer(customer_id))
    }
    const { contract_id: contractId, schedule_name: name, properties = {} } = filter
    const question = `named-schedules ${JSON.stringify([customer_id, contractId, name, properties])}`
    const from = readPlace(question, next_page)
    if (!from.ok) return fail(c, from.error)
    const rows = await listContractSchedules(
      db,
      environment.id,
      customer_id,
      { contractId, name, properties },
      from.value,
      limit + 1,
    )
    const page = cutPage(question, rows, limit, (row) => [row.contractId, row.name, row.properties])
    const data = page.rows.map((row) => ({
      contract_id: row.contractId,
      schedule_name: row.name,
      properties: row.properties === '{}' ? undefined : (JSON.parse(row.properties) as Values),
      segments: segmentsAt(row.segments, covering_date).map(toApiSegment),
    }))
    return c.json({ data, next_page: page.nextPage }, 200)
  })
}

type Values = Record<string, string>

function ofRateCard(body: { rate_card_id: string }): ScheduleOwner {
  return { kind: 'RATE_CARD', rateCardId: body.rate_card_id }
}

function ofCustomer(body: { customer_id: string }): ScheduleOwner {
  return { kind: 'CUSTOMER', customerId: body.customer_id }
}

function ofContract(body: { customer_id: string; contract_id: string }): ScheduleOwner {
  return { kind: 'CONTRACT', customerId: body.customer_id, contractId: body.contract_id }
}

interface NameInput {
  schedule_name: string
  properties?: Values
}

function nameOf(owner: ScheduleOwner, { schedule_name, properties = {} }: NameInput): ScheduleName {
  return { owner, name: schedule_name, properties: JSON.stringify(canonicalValues(properties)) }
}

async function readSegments(
  c: AppContext,
  owner: ScheduleOwner,
  body: NameInput & { covering_date?: number },
) {
  const { db, environment } = c.var
  const segments = await readSchedule(db, environment.id, nameOf(owner, body))
  if (!segments.ok) return segments
  return ok(segmentsAt(segments.value, body.covering_date).map(toApiSegment))
}

interface ChangeInput extends NameInput {
  starting_at: number
  ending_before?: number
  value: string
}

function change(c: AppContext, owner: ScheduleOwner, body: ChangeInput): Promise<Result<null>> {
  const { db, environment } = c.var
  const { starting_at: startingAt, ending_before: endingBefore = null, value } = body
  const segment = { startingAt, endingBefore, value }
  return changeSchedule(db, environment.id, nameOf(owner, body), segment)
}

function readPlace(question: string, cursor: string | undefined): Result<SchedulePlace | null> {
  const key = decodeCursor(question, cursor, ['string', 'string', 'string'])
  if (!key.ok || key.value === null) return key as Result<null>
  const [contractId, name, properties] = key.value as [string, string, string]
  return ok({ contractId, name, properties })
}

function toApiSegment({ startingAt, endingBefore, value }: ScheduleSegment) {
  return {
    value: parseExactJson(value),
    starting_at: toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
  }
}
