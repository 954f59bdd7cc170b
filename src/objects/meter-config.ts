import type { BillableMetric } from '../core/metering/metric.ts'
import { assert } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { loadHolderChanges, loadMetricChanges, type HolderChange } from '../db/meter-config.ts'
import { withArchive } from './meter-archive.ts'
import { decide } from './meter-decide.ts'
import { readActiveEntries, type IngestIdEntry } from './meter-ids.ts'
import { readMetrics, writeCheckpoint, type MeterMemory } from './meter-memory.ts'
import { writeMeta } from './meter-meta.ts'

/** More changes than this are applied in several transactions, so that memory stays flat. */
const CHANGES_PER_TRANSACTION_MAX = 10_000
/** The configuration does not change so often while it is read. */
const PULLS_MAX = 100

/**
 * Brings the meter's metrics and ingest ids up to a version of the configuration, or to a later
 * one: to exactly what that version says, for meters that have the same version must agree on whose
 * events are whose. Done twice, or begun again after a crash, it comes to the same.
 */
export async function pullConfig(
  memory: MeterMemory,
  { db, bucket }: { db: Database; bucket: R2Bucket },
  version: number,
): Promise<void> {
  const { environmentId } = memory
  let [after, upTo] = [memory.configVersion, version]
  let changes: HolderChange[] = []
  for (let pull = 0; pull < PULLS_MAX; pull++) {
    let newest = upTo
    for await (const page of loadMetricChanges(db, environmentId, after)) {
      // A metric that is known early does no harm.
      learnMetrics(
        memory,
        page.map(({ metric }) => metric),
      )
      newest = Math.max(newest, ...page.map((change) => change.version))
    }
    for await (const page of loadHolderChanges(db, environmentId, after)) {
      changes = changes.concat(page)
      newest = Math.max(newest, ...page.map((change) => change.version))
      if (changes.length < CHANGES_PER_TRANSACTION_MAX) continue
      // Between two versions the meter has none: nothing is answered, and after a crash all is
      // pulled anew.
      await changeHoldersOnce(memory, bucket, changes, 0)
      changes = []
    }
    // A row that changed while this was read is of a later version, which may have more of them.
    if (newest === upTo) return changeHoldersOnce(memory, bucket, changes, upTo)
    after = upTo
    upTo = newest
  }
  assert(false, 'the configuration does not change all the time')
}

/** A change may concern events that are in the archive; until all of them are here it does nothing. */
async function changeHoldersOnce(
  memory: MeterMemory,
  bucket: R2Bucket,
  changes: HolderChange[],
  version: number,
): Promise<void> {
  try {
    await withArchive(memory, bucket, () => changeHolders(memory, changes, version))
  } finally {
    memory.archive.forgetIds()
  }
}

/** A metric that is new here counts what comes from now on; `upkeep` lets it see the past (RT-5). */
export function learnMetrics(memory: MeterMemory, metrics: BillableMetric[]): void {
  const { storage, sql, head } = memory
  if (metrics.length === 0) return
  storage.transactionSync(() => {
    for (const metric of metrics) {
      sql.exec(
        `INSERT INTO metrics (metric_id, definition, learnt_at, backfilled_to) VALUES (?, ?, ?, 0)
          ON CONFLICT (metric_id) DO UPDATE SET definition = excluded.definition`,
        metric.id,
        JSON.stringify(metric),
        head.seq,
      )
    }
  })
  memory.metrics = readMetrics(sql)
}

/**
 * Gives ingest ids to their holders, and records that this version is applied. Where ids with
 * events come to a customer or leave one, the events that are duplicates under the new holders
 * stop counting, those that are none any more count again (EV-43, AL-6), and what was added up of
 * them is dropped, to be made again by `upkeep`. All in one transaction.
 */
export function changeHolders(memory: MeterMemory, changes: HolderChange[], version: number): void {
  const { storage, sql, ids } = memory
  const moved = changes.flatMap((change) => {
    const entry = ids.find(change.ingestId)
    const isMoved =
      entry !== null && entry.customerId !== change.customerId && entry.accepted + entry.adopted > 0
    return isMoved ? [{ entry, customerId: change.customerId }] : []
  })
  // Cells can only be dropped where they are stored; the deltas must not bring them back.
  if (moved.length > 0) writeCheckpoint(memory)
  storage.transactionSync(() => {
    for (const { ingestId, customerId } of changes) {
      sql.exec(
        `INSERT INTO ingest_ids (ingest_id, customer_id) VALUES (?, ?)
          ON CONFLICT (ingest_id) DO UPDATE SET customer_id = excluded.customer_id`,
        ingestId,
        customerId,
      )
    }
    if (moved.length > 0) suppressAnew(memory, moved)
    writeMeta(sql, 'config_version', version)
  })
  ids.forget(changes)
  memory.configVersion = version
}

/** Decides again which events of the customers concerned count. */
function suppressAnew(
  memory: MeterMemory,
  moved: { entry: IngestIdEntry; customerId: string | null }[],
): void {
  const customers = moved.flatMap(({ entry, customerId }) => [entry.customerId, customerId])
  const held = readActiveEntries(memory.sql, new Set(customers.filter((id) => id !== null)))
  const freed = moved.filter(({ customerId }) => customerId === null).map(({ entry }) => entry)
  decide(memory, held, freed)
}
