import type { AccountObject } from './objects/account.ts'
import type { MeterObject } from './objects/meter.ts'

/** The bindings of `wrangler.toml`. */
export interface Env {
  /** Configuration and indexes: everything that people edit and read across customers. */
  DB: D1Database
  METER: DurableObjectNamespace<MeterObject>
  ACCOUNT: DurableObjectNamespace<AccountObject>
}
