import type { QueuedBatch } from './actions/queue-events.ts'
import type { AccountObject } from './objects/account.ts'
import type { MeterObject } from './objects/meter.ts'

/** The bindings of `wrangler.toml`. */
export interface Env {
  /** Configuration and indexes: everything that people edit and read across customers. */
  DB: D1Database
  METER: DurableObjectNamespace<MeterObject>
  ACCOUNT: DurableObjectNamespace<AccountObject>
  /** Old parts of the meters' logs; keys begin with the environment's id. */
  ARCHIVE: R2Bucket
  /** The built dashboard: files of `dist/assets`, and its `index.html` for any other path. */
  ASSETS: Fetcher
  /**
   * A secret: what sessions are sealed and the URLs of embedded pages signed with. Random, of at
   * least 32 characters; `npm start` makes one in the state folder.
   */
  SESSION_SECRET?: string
  /** Where events wait while their meter is behind. */
  INGEST_QUEUE: Queue<QueuedBatch>
  /**
   * What happens to events while their meter is behind: `queue` them, or `refuse` them with a 503.
   * The local queue lives in memory only, so locally they are refused.
   */
  INGEST_OVERFLOW: 'queue' | 'refuse'
  /**
   * So many times what one proof of a customer's invoice takes by default it may take (events,
   * evaluations, memory), as a decimal text: for machines of your own with more than a Worker has.
   */
  PROOF_SCALE?: string
}
