import { z } from '@hono/zod-openapi'
import { COLOR_NAMES, DASHBOARDS, readEmbedOptions } from '../../core/embed-options.ts'
import { settingsOf } from '../../core/environment.ts'
import { findContract } from '../../db/contracts.ts'
import { findCustomer } from '../../db/customers.ts'
import { authenticateEmbed, signEmbedToken, type EmbedGrant } from '../embed-token.ts'
import { fail } from '../errors.ts'
import { answerPage } from '../pages/assets.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, DecimalNumber, Id, json, jsonBody, WellFormedText } from '../schemas.ts'
import { NO_SECRET, readSecretKeys } from '../secret-keys.ts'
import type { Unauthenticated } from '../session.ts'
import { isLoopback } from '../session-cookie.ts'

/** The grant is part of a URL, and servers and proxies take URLs of about 8,000 characters. */
const GRANT_CHARACTERS_MAX = 5_000

const HEX_COLOR = /^#?(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i

const ShortText = WellFormedText.pipe(z.string().max(200))

/** Some name numbers and booleans as such. */
const DisplayName = z.union([ShortText, DecimalNumber, z.boolean().transform(String)], {
  error: 'expected a text of at most 200 characters',
})

function oneOf<const T extends readonly [string, ...string[]]>(names: T) {
  return z.enum(names, { error: `expected one of ${names.join(', ')}` })
}

const EmbeddableUrlBody = z.object({
  customer_id: Id,
  dashboard: oneOf([...DASHBOARDS, 'credits']).openapi({
    description: '`credits` is the former name of `commits_and_credits`.',
  }),
  dashboard_options: z
    .array(z.object({ key: z.string(), value: z.string() }))
    .max(20)
    .optional(),
  color_overrides: z
    .array(
      z.object({
        name: oneOf(COLOR_NAMES).optional(),
        value: z
          .string()
          .regex(HEX_COLOR, { error: 'expected a colour such as #1f6feb' })
          .optional(),
      }),
    )
    .max(COLOR_NAMES.length)
    .optional()
    .openapi({ description: 'One without a name or a value changes nothing.' }),
  bm_group_key_overrides: z
    .array(
      z.object({
        group_key_name: ShortText,
        display_name: ShortText.optional(),
        value_display_names: z.record(ShortText, DisplayName).optional(),
      }),
    )
    .max(50)
    .optional(),
})

const embeddableUrlRoute = apiRoute({
  method: 'post',
  path: '/v1/dashboards/getEmbeddableUrl',
  // Whoever gets the URL can read no more than the caller, and writes nothing.
  access: 'read',
  operationId: 'getEmbeddableUrl',
  tags: ['Embedded pages'],
  summary: 'A page about one customer, to be shown in a frame of another site',
  description:
    'The URL carries a signed token, with which the page reads what is of this customer and nothing else, until it expires: after the `embed_hours` of the environment.',
  request: { body: jsonBody(EmbeddableUrlBody) },
  responses: { 200: json(dataOf(z.object({ url: z.string() })), 'The URL of the page') },
})

export function embeddableDashboardRoutes(app: App): void {
  app.openapi(embeddableUrlRoute, async (c) => {
    const { db, environment } = c.var
    const body = c.req.valid('json')
    const { customer_id } = body
    const keys = await readSecretKeys(c.env)
    if (keys === null) return fail(c, { code: 'overloaded', message: NO_SECRET })
    const customer = await findCustomer(db, environment.id, customer_id)
    if (customer === null) {
      return fail(c, { code: 'not_found', message: `customer_id: no customer ${customer_id}` })
    }
    const dashboard = body.dashboard === 'credits' ? 'commits_and_credits' : body.dashboard
    const options = readEmbedOptions(dashboard, body.dashboard_options ?? [])
    if (!options.ok) return fail(c, options.error)
    const contractId = options.value['contract_id']
    if (contractId !== undefined) {
      const contract = await findContract(db, environment.id, customer_id, contractId)
      if (contract === null) {
        const message = `dashboard_options: contract_id: the customer has no contract ${contractId}`
        return fail(c, { code: 'invalid', message })
      }
    }
    const grant: EmbedGrant = {
      environment_id: environment.id,
      customer_id,
      expires_at: Date.now() + settingsOf(environment).embedLifetimeMs,
      ...(environment.clockMs !== null && { frozen_at: environment.clockMs }),
      dashboard,
      options: options.value,
      colors: toColors(body.color_overrides ?? []),
      group_keys: toGroupKeys(body.bm_group_key_overrides ?? []),
    }
    if (JSON.stringify(grant).length > GRANT_CHARACTERS_MAX) {
      const message = 'bm_group_key_overrides: too many names for a URL'
      return fail(c, { code: 'too_large', message })
    }
    const url = `${publicOrigin(c.req.raw)}/embed/${await signEmbedToken(keys, grant)}`
    return c.json({ data: { url } }, 200)
  })

  app.get('/embed/:token', async (c) => {
    const found = await authenticateEmbed(c.req.param('token'), c.env)
    const page = await answerPage(new Request(new URL('/embed', c.req.url)), c.env)
    // The address is the key: nothing of it, and nothing that it opens, stays in the browser.
    page.headers.set('cache-control', 'no-store')
    return 'status' in found ? refusedPage(page, found) : page
  })
}

/** The page without its code, saying in its own look why there is nothing to see. */
function refusedPage(page: Response, { status, message }: Unauthenticated): Response {
  const rewritten = new HTMLRewriter()
    .on('script', { element: (script) => void script.remove() })
    .on('#root', {
      element(root) {
        // The message is one of ours, and has no markup.
        root.setInnerContent(`<main><p class="note">${message}</p></main>`, { html: true })
      },
    })
    .transform(page)
  return new Response(rewritten.body, { status, headers: page.headers })
}

function toColors(overrides: NonNullable<z.infer<typeof EmbeddableUrlBody>['color_overrides']>) {
  const given = overrides.flatMap(({ name, value }) =>
    name === undefined || value === undefined ? [] : [[name, `#${value.replace('#', '')}`]],
  )
  return Object.fromEntries(given) as Record<string, string>
}

function toGroupKeys(
  overrides: NonNullable<z.infer<typeof EmbeddableUrlBody>['bm_group_key_overrides']>,
) {
  return Object.fromEntries(
    overrides.map(({ group_key_name, display_name, value_display_names }) => [
      group_key_name,
      { name: display_name, values: value_display_names },
    ]),
  )
}

/** Where browsers reach this server: over TLS, which a proxy before it may end, unless it is local. */
function publicOrigin(request: Request): string {
  const { host, origin } = new URL(request.url)
  return isLoopback(request) ? origin : `https://${host}`
}
