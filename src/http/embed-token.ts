import type { Dashboard } from '../core/embed-options.ts'
import { findEnvironment } from '../db/environments.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { NO_SECRET, readSecretKeys, type SecretKeys } from './secret-keys.ts'
import type { Unauthenticated } from './session.ts'
import type { Authenticated } from './use-token.ts'

/** What the token of an embedded page begins with, as tokens of the API begin with their kind. */
export const EMBED_PREFIX = 'tactus_embed_'

/** What the URL of an embedded page says; the page reads it, too, so it is signed and not sealed. */
export interface EmbedGrant {
  environment_id: string
  customer_id: string
  /** Real time. */
  expires_at: number
  /** Where the environment's clock stood; absent in real time. */
  frozen_at?: number
  dashboard: Dashboard
  /** How the page is to look and what it shows of what it may read. */
  options: Record<string, string>
  colors: Record<string, string>
  group_keys: Record<string, { name?: string; values?: Record<string, string> }>
}

export async function signEmbedToken(keys: SecretKeys, grant: EmbedGrant): Promise<string> {
  const payload = Buffer.from(JSON.stringify(grant)).toString('base64url')
  const signature = await crypto.subtle.sign('HMAC', keys.embed, encode(payload))
  return `${EMBED_PREFIX}${payload}.${Buffer.from(signature).toString('base64url')}`
}

/** What a page may do by the token of its URL: read, and only what is its customer's. */
export async function authenticateEmbed(
  token: string,
  env: Env,
): Promise<Authenticated | Unauthenticated> {
  const keys = await readSecretKeys(env)
  if (keys === null) return { status: 503, message: NO_SECRET }
  const grant = await readGrant(keys, token)
  if (grant === null) return { status: 401, message: 'The URL of this page is not valid.' }
  if (Date.now() >= grant.expires_at) {
    return { status: 401, message: 'The URL of this page has expired; ask for another one.' }
  }
  const environment = await findEnvironment(openDatabase(env.DB), grant.environment_id)
  if (environment === null) return { status: 401, message: 'The URL of this page is not valid.' }
  const principal = {
    tokenId: EMBED_PREFIX,
    tokenName: 'embedded page',
    scope: 'embedded' as const,
    embed: grant,
  }
  return { principal, environment }
}

async function readGrant(keys: SecretKeys, token: string): Promise<EmbedGrant | null> {
  const [payload = '', signature = ''] = token.slice(EMBED_PREFIX.length).split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const isRight = await crypto.subtle.verify('HMAC', keys.embed, bytes, encode(payload))
  // Only this Worker can have signed it.
  return isRight ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as EmbedGrant) : null
}

function encode(text: string) {
  return new TextEncoder().encode(text)
}
