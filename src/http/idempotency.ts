import { createMiddleware } from 'hono/factory'
import {
  findKey,
  finishKey,
  releaseKey,
  restartKey,
  startKey,
  type KeyOwner,
} from '../db/idempotency-keys.ts'
import { hashText } from '../actions/hash-text.ts'
import { deriveId } from '../core/id.ts'
import type { AppContext, AppEnv } from './context.ts'

/** A request that has not finished after this long died with its Worker, and may be run again. */
const ABANDONED_AFTER_MS = 60_000

/**
 * `Idempotency-Key` on a POST: the same key with the same request gets the first answer again,
 * conflicts and faults included; with another request it gets a 409 (ID-2 … ID-4).
 */
export const idempotency = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return await next()
  if (key.length === 0 || key.length > 255) {
    return c.json({ message: 'Idempotency-Key: expected 1 to 255 characters' }, 400)
  }
  const { db, environment, principal } = c.var
  const owner = { environmentId: environment.id, tokenId: principal.tokenId, key }
  const refused = await takeKey(c, owner)
  if (refused !== null) return refused
  c.set('newId', derivedIds(owner))
  try {
    await next()
  } finally {
    if (UNKEPT_STATUSES.has(c.res.status)) await releaseKey(db, owner)
    else await finishKey(db, owner, c.res.status, await c.res.clone().text())
  }
  return undefined
})

/**
 * Answers that are no result: the request was refused as it stood, and may be corrected under its
 * key (ID-4), or it came when it could not be taken, and is to be sent again.
 */
const UNKEPT_STATUSES = new Set([400, 403, 404, 413, 429, 503])

/** Null when the request may run; otherwise what to answer instead. */
async function takeKey(c: AppContext, owner: KeyOwner): Promise<Response | null> {
  const { db } = c.var
  const requestHash = await hashText(`${c.req.method} ${c.req.url}\n${await c.req.text()}`)
  if (await startKey(db, owner, requestHash, Date.now())) return null
  const row = await findKey(db, owner)
  if (row === null)
    return conflict(c, 'a request with this Idempotency-Key has just ended; send it again')
  if (row.requestHash !== requestHash) {
    return conflict(c, 'this Idempotency-Key was used with another request')
  }
  if (row.status !== null) {
    c.header('idempotency-replayed', 'true')
    c.header('x-should-retry', 'false')
    return replay(c, row.status, row.body ?? '')
  }
  const isAbandoned = Date.now() - row.startedAt > ABANDONED_AFTER_MS
  if (isAbandoned && (await restartKey(db, owner, row.startedAt, Date.now()))) return null
  return conflict(c, 'a request with this Idempotency-Key is still running')
}

function replay(c: AppContext, status: number, body: string): Response {
  if (body !== '') c.header('content-type', 'application/json')
  return new Response(body === '' ? null : body, { status, headers: c.res.headers })
}

function conflict(c: AppContext, reason: string): Response {
  c.header('x-should-retry', 'false')
  return c.json({ message: `Idempotency conflict: ${reason}.` }, 409)
}

/** A request that died half-way is run again under its key, and must then make the same things. */
function derivedIds({ environmentId, tokenId, key }: KeyOwner): () => string {
  let ordinal = 0
  return () => deriveId('idempotency', environmentId, tokenId, key, String(ordinal++))
}
