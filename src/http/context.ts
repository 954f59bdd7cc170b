import type { Context } from 'hono'
import type { Environment } from '../core/environment.ts'
import type { ExactNumber } from '../core/json-number.ts'
import type { Database } from '../db/database.ts'
import type { Env } from '../env.ts'
import type { CallerScope } from './access.ts'
import type { EmbedGrant } from './embed-token.ts'

/** Who calls: a token belongs to one environment and decides everything that it sees. */
export interface Principal {
  tokenId: string
  tokenName: string
  scope: CallerScope
  /** Of embedded pages: what the grant of their URL lets them read. */
  embed?: EmbedGrant
}

export interface Variables {
  db: Database
  principal: Principal
  environment: Environment
  /** The environment's clock, read once per request. */
  now: number
  /** Ids of what this request creates; under an Idempotency-Key they derive from the key. */
  newId: () => string
  /** Numbers of the body that a float would alter; each must be read as a decimal. */
  exactNumbers?: ExactNumber[]
}

export interface AppEnv {
  Bindings: Env
  Variables: Variables
}

export type AppContext = Context<AppEnv>
