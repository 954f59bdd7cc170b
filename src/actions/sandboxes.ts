import type { Environment } from '../core/environment.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { PlacedEnvironment } from '../core/metering/place.ts'
import { openDatabase, type Database } from '../db/database.ts'
import {
  countSandboxes,
  deleteCustomersUpTo,
  deleteEnvironmentRows,
  findSandbox,
  insertSandbox,
  listCustomerIds,
  listDeletedEnvironments,
  markDeleted,
} from '../db/sandboxes.ts'
import type { Env } from '../env.ts'
import { accountName } from '../objects/account.ts'
import { listMeters } from './list-meters.ts'
import { makeToken } from './create-token.ts'
import { forEachOf } from './for-each-of.ts'

/** So many sandboxes may exist at once, over the whole installation. */
export const SANDBOXES_MAX = 1_000

/** So many accounts are emptied in one go; cron does the rest of a larger sandbox. */
const ACCOUNTS_PER_RUN_MAX = 500
const ACCOUNTS_PER_PAGE = 50

/** So many pages of archived objects, of up to a thousand, are deleted in one go. */
const ARCHIVE_PAGES_MAX = 20

/**
 * Makes an empty sandbox and a token for it.
 * @param clockMs where its clock stands; null = it runs in real time
 * @param nowReal real time, for what is kept of the sandbox itself
 */
export async function createSandbox(
  db: Database,
  input: { id: string; tokenId: string; name: string; clockMs: number | null; parentId: string },
  nowReal: number,
): Promise<Result<{ environment: Environment; token: string }>> {
  if ((await countSandboxes(db)) >= SANDBOXES_MAX) {
    return refuse('conflict', `There are ${SANDBOXES_MAX} sandboxes already: delete one first.`)
  }
  const environment: Environment = {
    id: input.id,
    kind: 'SANDBOX',
    name: input.name,
    clockMs: input.clockMs,
    configVersion: 0,
    placementVersion: 0,
    settings: {},
  }
  const named = { id: input.tokenId, name: input.name, scope: 'full' as const }
  const { token, row } = await makeToken(environment, named, input.clockMs ?? nowReal)
  const sandbox = { ...environment, parentId: input.parentId, createdAt: nowReal }
  await insertSandbox(db, sandbox, row)
  return ok({ environment, token })
}

/**
 * Removes a sandbox with all its data. Its own tokens may do so, and those of the environment that
 * made it; for anybody else there is no such sandbox.
 */
export async function deleteSandbox(
  env: Env,
  id: string,
  callerEnvironmentId: string,
  nowReal: number,
): Promise<Result<null>> {
  const db = openDatabase(env.DB)
  const sandbox = await findSandbox(db, id)
  if (sandbox === null || ![sandbox.id, sandbox.parentId].includes(callerEnvironmentId)) {
    return refuse('not_found', `id: no sandbox ${id} that was made through the API`)
  }
  await markDeleted(db, id, nowReal)
  await purgeEnvironment(env, sandbox)
  return ok(null)
}

/** Goes on with deletions that did not end in their request; a bounded number of them. */
export async function purgeDeletedEnvironments(env: Env): Promise<void> {
  const deleted = await listDeletedEnvironments(openDatabase(env.DB), 10)
  await forEachOf(deleted, (environment) => purgeEnvironment(env, environment))
}

/** Empties the objects first: the rows are what says which objects there are. */
async function purgeEnvironment(env: Env, environment: PlacedEnvironment): Promise<void> {
  const environmentId = environment.id
  const db = openDatabase(env.DB)
  let afterId = ''
  for (let emptied = 0; emptied < ACCOUNTS_PER_RUN_MAX; emptied += ACCOUNTS_PER_PAGE) {
    const ids = await listCustomerIds(db, environmentId, afterId, ACCOUNTS_PER_PAGE)
    const accounts = ids.map((id) => env.ACCOUNT.getByName(accountName(environmentId, id)))
    await Promise.all(accounts.map((account) => account.deleteAll()))
    afterId = ids.at(-1) ?? afterId
    if (ids.length === ACCOUNTS_PER_PAGE) continue
    const meters = await listMeters(env, environment)
    await Promise.all(meters.map((name) => env.METER.getByName(name).deleteAll()))
    // Only emptied meters write no more to the archive.
    if (await emptyArchive(env.ARCHIVE, environmentId)) {
      await deleteEnvironmentRows(db, environmentId)
    }
    return
  }
  // The customers whose accounts are empty need not be visited again.
  await deleteCustomersUpTo(db, environmentId, afterId)
}

/** @returns whether nothing is left; otherwise cron goes on */
async function emptyArchive(bucket: R2Bucket, environmentId: string): Promise<boolean> {
  for (let page = 0; page < ARCHIVE_PAGES_MAX; page++) {
    const { objects, truncated } = await bucket.list({ prefix: `${environmentId}/` })
    if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key))
    if (!truncated) return true
  }
  return false
}
