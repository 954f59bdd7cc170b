import { z } from '@hono/zod-openapi'
import { createToken } from '../../actions/create-token.ts'
import { listTokens, revokeToken, type ApiTokenRow } from '../../db/api-tokens.ts'
import { TOKEN_SCOPES } from '../access.ts'
import { forgetIngestAuthorizations } from '../auth.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  Id,
  IdBody,
  IdData,
  json,
  jsonBody,
  pageOf,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'

const tags = ['API tokens']

export const TokenBody = z
  .object({
    id: Id,
    name: z.string(),
    scope: z.enum(TOKEN_SCOPES),
    prefix: z.string().openapi({ description: 'The first characters, to recognise it by.' }),
    created_at: TimestampText,
    revoked_at: TimestampText.nullable(),
    last_used_at: TimestampText.nullable().openapi({
      description: 'To the minute, in real time; null: never.',
    }),
  })
  .openapi('ApiToken')

const createTokenRoute = apiRoute({
  method: 'post',
  path: '/v1/api-tokens',
  isOwn: true,
  access: 'write',
  operationId: 'createApiToken',
  tags,
  summary: 'Create a token for this environment',
  keepsAnswer: false,
  request: {
    body: jsonBody(
      z.object({
        name: z.string().min(1).max(128),
        scope: z.enum(TOKEN_SCOPES, { error: `expected one of ${TOKEN_SCOPES.join(', ')}` }),
      }),
    ),
  },
  responses: {
    200: json(
      dataOf(TokenBody.extend({ token: z.string() })),
      'The token; it is shown here once and stored nowhere',
    ),
  },
})

const listTokensRoute = apiRoute({
  method: 'get',
  path: '/v1/api-tokens',
  isOwn: true,
  access: 'read',
  operationId: 'listApiTokens',
  tags,
  summary: 'List the tokens of this environment',
  request: { query: PageQuery },
  responses: { 200: json(pageOf(TokenBody), 'A page of tokens, oldest first') },
})

const revokeTokenRoute = apiRoute({
  method: 'post',
  path: '/v1/api-tokens/revoke',
  isOwn: true,
  access: 'write',
  operationId: 'revokeApiToken',
  tags,
  summary: 'Revoke a token',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(IdData, 'The revoked token') },
})

export function apiTokenRoutes(app: App): void {
  app.openapi(createTokenRoute, async (c) => {
    const { db, environment, now, newId } = c.var
    const created = await createToken(db, environment, { id: newId(), ...c.req.valid('json') }, now)
    return c.json({ data: { ...toApiToken(created.row), token: created.token } }, 200)
  })

  app.openapi(listTokensRoute, async (c) => {
    const { db, environment } = c.var
    const page = await readRowPage('api-tokens', c.req.valid('query'), (from, limit) =>
      listTokens(db, environment.id, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    return c.json({ data: rows.map(toApiToken), next_page: nextPage }, 200)
  })

  app.openapi(revokeTokenRoute, async (c) => {
    const { db, environment, now } = c.var
    const { id } = c.req.valid('json')
    if (!(await revokeToken(db, environment.id, id, now))) {
      return fail(c, { code: 'not_found', message: `id: no token ${id}` })
    }
    forgetIngestAuthorizations()
    return c.json({ data: { id } }, 200)
  })
}

function toApiToken(row: ApiTokenRow) {
  const { id, name, scope, prefix, createdAt, revokedAt, lastUsedAt } = row
  return {
    id,
    name,
    scope,
    prefix,
    created_at: toApiTimestamp(createdAt),
    revoked_at: revokedAt === null ? null : toApiTimestamp(revokedAt),
    last_used_at: lastUsedAt === null ? null : toApiTimestamp(lastUsedAt),
  }
}
