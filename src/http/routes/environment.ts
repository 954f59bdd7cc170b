import { z } from '@hono/zod-openapi'
import {
  BACKDATING_LIMIT_MS,
  FUTURE_LIMIT_MS,
  settingsOf,
  type Environment,
} from '../../core/environment.ts'
import { assert } from '../../core/result.ts'
import { HOUR_MS, MINUTE_MS } from '../../core/time.ts'
import { changeSettings, findEnvironment } from '../../db/environments.ts'
import { clockOf, forgetIngestAuthorizations } from '../auth.ts'
import { apiRoute, type App } from '../route.ts'
import { SellerBody, SellerChange, fromApiSeller, toApiSeller } from './seller-bodies.ts'
import { dataOf, Id, json, jsonBody, TimestampText, toApiTimestamp } from '../schemas.ts'

const tags = ['Environment']

export const EnvironmentBody = z
  .object({
    id: Id,
    name: z.string(),
    kind: z.enum(['PRODUCTION', 'SANDBOX']),
    now: TimestampText,
    settings: z.object({
      strict_ingest: z.boolean(),
      ingest_events_per_second: z.number().nullable().openapi({ description: 'Null: no limit.' }),
      searches_per_second: z.number().nullable().openapi({ description: 'Null: no limit.' }),
      grace_hours: z.number(),
      backdating_max_hours: z.number(),
      future_max_minutes: z.number(),
      seller: SellerBody,
      embed_hours: z.number(),
    }),
  })
  .openapi('Environment')

const getEnvironmentRoute = apiRoute({
  method: 'get',
  path: '/v1/environment',
  isOwn: true,
  access: 'read',
  operationId: 'getEnvironment',
  tags,
  summary: "This token's environment and its settings",
  responses: { 200: json(dataOf(EnvironmentBody), 'The settings in force, defaults included') },
})

const RATE_MAX = 1_000_000_000
const GRACE_HOURS_MAX = 720
const EMBED_HOURS_MAX = 720

const Rate = z
  .number({ error: 'expected a number above 0, or null' })
  .positive({ error: 'expected a number above 0, or null' })
  .max(RATE_MAX)
  .nullable()
  .optional()

function wholeNumber(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}, or null`
  return z.int({ error }).min(min, { error }).max(max, { error }).nullable().optional()
}

const SettingsBody = z
  .strictObject({
    strict_ingest: z
      .boolean()
      .nullable()
      .optional()
      .openapi({ description: 'One invalid event fails its whole batch.' }),
    ingest_events_per_second: Rate.openapi({ description: 'Default: no limit.' }),
    searches_per_second: Rate.openapi({ description: 'Of each kind of search; default: 8.' }),
    grace_hours: wholeNumber(0, GRACE_HOURS_MAX).openapi({
      description: 'From the end of a period to its final invoice; default: 24.',
    }),
    backdating_max_hours: wholeNumber(1, BACKDATING_LIMIT_MS / HOUR_MS).openapi({
      description: `How old an event's timestamp may be; default: ${BACKDATING_LIMIT_MS / HOUR_MS}.`,
    }),
    future_max_minutes: wholeNumber(0, FUTURE_LIMIT_MS / MINUTE_MS).openapi({
      description: "How far ahead an event's timestamp may lie; default: 5.",
    }),
    seller: SellerChange.openapi({
      description: 'Who bills, as printed on invoices. Members that are left out stay as they are.',
    }),
    embed_hours: wholeNumber(1, EMBED_HOURS_MAX).openapi({
      description: 'How long the URL of an embedded page works; default: 24.',
    }),
  })
  .openapi('EnvironmentSettingsChange')

const changeSettingsRoute = apiRoute({
  method: 'post',
  path: '/v1/environment/settings',
  isOwn: true,
  access: 'write',
  operationId: 'changeEnvironmentSettings',
  tags,
  summary: "Change this environment's settings",
  description:
    'Members that are left out stay as they are; null sets the default again. Ingest follows within five seconds. Statements that are not final yet follow a change of grace.',
  request: { body: jsonBody(SettingsBody) },
  responses: { 200: json(dataOf(EnvironmentBody), 'The settings in force now') },
})

export function environmentRoutes(app: App): void {
  app.openapi(getEnvironmentRoute, (c) => {
    return c.json({ data: toApiEnvironment(c.var.environment) }, 200)
  })

  app.openapi(changeSettingsRoute, async (c) => {
    const { db, environment } = c.var
    const body = c.req.valid('json')
    await changeSettings(db, environment.id, {
      strictIngest: body.strict_ingest,
      ingestEventsPerSecond: body.ingest_events_per_second,
      searchesPerSecond: body.searches_per_second,
      graceMs: inMs(body.grace_hours, HOUR_MS),
      backdatingMaxMs: inMs(body.backdating_max_hours, HOUR_MS),
      futureMaxMs: inMs(body.future_max_minutes, MINUTE_MS),
      seller: fromApiSeller(body.seller),
      embedLifetimeMs: inMs(body.embed_hours, HOUR_MS),
    })
    forgetIngestAuthorizations()
    const changed = await findEnvironment(db, environment.id)
    assert(changed !== null, 'the environment of a request exists')
    return c.json({ data: toApiEnvironment(changed) }, 200)
  })
}

function inMs(count: number | null | undefined, unitMs: number): number | null | undefined {
  return typeof count === 'number' ? count * unitMs : count
}

function toApiEnvironment(environment: Environment) {
  const { id, name, kind } = environment
  const settings = settingsOf(environment)
  return {
    id,
    name,
    kind,
    now: toApiTimestamp(clockOf(environment)),
    settings: {
      strict_ingest: settings.strictIngest,
      ingest_events_per_second: settings.ingestEventsPerSecond,
      searches_per_second: settings.searchesPerSecond,
      grace_hours: settings.graceMs / HOUR_MS,
      backdating_max_hours: settings.backdatingMaxMs / HOUR_MS,
      future_max_minutes: settings.futureMaxMs / MINUTE_MS,
      seller: toApiSeller(settings.seller),
      embed_hours: settings.embedLifetimeMs / HOUR_MS,
    },
  }
}
