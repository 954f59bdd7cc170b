import { waitUntil } from 'cloudflare:workers'
import type { Environment } from '../core/environment.ts'
import { MINUTE_MS } from '../core/time.ts'
import { findLiveToken, noteTokenUse, type ApiTokenRow } from '../db/api-tokens.ts'
import { openDatabase, type Database } from '../db/database.ts'
import type { Env } from '../env.ts'
import type { Principal } from './context.ts'

export interface Authenticated {
  principal: Principal
  environment: Environment
}

/** Who calls with the token of this hash; null when no such token works. Its use is noted. */
export async function useToken(env: Env, tokenHash: string): Promise<Authenticated | null> {
  const db = openDatabase(env.DB)
  const found = await findLiveToken(db, tokenHash)
  if (found === null) return null
  noteUse(db, found.token)
  const { id, name, scope } = found.token
  return { principal: { tokenId: id, tokenName: name, scope }, environment: found.environment }
}

/** A token's use is noted to the minute. */
export const USE_NOTED_EVERY_MS = MINUTE_MS

/** What this isolate has noted, so that requests at the same moment write once. */
const noted = new Map<string, number>()
const NOTED_MAX = 10_000

/** Notes the use behind the answer: no request waits for it. */
function noteUse(db: Database, { id, lastUsedAt }: ApiTokenRow): void {
  const now = Date.now()
  const last = Math.max(lastUsedAt ?? 0, noted.get(id) ?? 0)
  if (now - last < USE_NOTED_EVERY_MS) return
  if (noted.size >= NOTED_MAX) noted.clear()
  noted.set(id, now)
  waitUntil(
    noteTokenUse(db, id, now).catch((error: unknown) => {
      noted.delete(id)
      console.error("A token's use was not noted:", error)
    }),
  )
}
