import type { Environment } from '../core/environment.ts'
import type { ApiTokenRow } from '../db/api-tokens.ts'
import type { Database } from '../db/database.ts'
import { apiTokens } from '../db/schema.ts'
import { hashText } from './hash-text.ts'

/** How many of a token's characters are kept in clear, to recognise it by. */
const PREFIX_LENGTH = 24

/** Makes a random token of 256 bits; only its hash is stored. */
export async function createToken(
  db: Database,
  environment: Pick<Environment, 'id' | 'kind'>,
  input: Pick<ApiTokenRow, 'id' | 'name' | 'scope'>,
  now: number,
): Promise<{ token: string; row: ApiTokenRow }> {
  const { token, row } = await makeToken(environment, input, now)
  await db.insert(apiTokens).values(row)
  return { token, row }
}

/** The token and the row that stands for it, which the caller stores. */
export async function makeToken(
  environment: Pick<Environment, 'id' | 'kind'>,
  input: Pick<ApiTokenRow, 'id' | 'name' | 'scope'>,
  now: number,
): Promise<{ token: string; row: ApiTokenRow }> {
  const token = newToken(environment.kind)
  const row = {
    ...input,
    environmentId: environment.id,
    tokenHash: await hashText(token),
    prefix: token.slice(0, PREFIX_LENGTH),
    createdAt: now,
    revokedAt: null,
    lastUsedAt: null,
  }
  return { token, row }
}

function newToken(kind: Environment['kind']): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const text = btoa(String.fromCharCode(...bytes))
  return `tactus_${kind.toLowerCase()}_${text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')}`
}
