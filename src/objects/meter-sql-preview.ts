import type { WindowUsage } from '../core/metering/usage.ts'
import type { DiagnosticCounts } from '../core/sql/values/diagnostics.ts'
import type { SqlPlan } from '../core/sql/plan.ts'
import { previewFragments, type SqlPreview } from '../core/sql/preview-rows.ts'
import { nameLimit } from '../core/sql/sql-error.ts'
import { AnswerSize } from './meter-answer.ts'
import { withArchive } from './meter-archive.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { ConfiguredCall } from './meter-rpc.ts'
import { SqlScan } from './meter-sql-scan.ts'
import { unsettled } from './unsettled.ts'

/** A query that is tried out on the events that a meter has. */
export interface SqlPreviewCall extends ConfiguredCall {
  /** Null: the events of all customers, and of ids that nobody holds. */
  customerId: string | null
  plan: SqlPlan
  startMs: number
  endMs: number
  /** No other meter is asked: this one computes the result. */
  isAlone: boolean
}

export interface SqlPreviewReading {
  /** Of a meter that is not alone. */
  usage: WindowUsage[]
  /** Of one that is. */
  preview: SqlPreview | null
  eventsRead: number
  diagnostics: DiagnosticCounts
  /** Those of the query's properties that some event has. */
  properties: string[]
}

/** What errors call the metric that is not saved. */
const PREVIEW = 'preview'
/** The log does not change so often under the reader. */
const SCANS_MAX = 10

/**
 * Reads an unsaved query from the log. Between slices, other calls have their turn.
 * @throws with status 503 while the configuration changes faster than the log can be read
 */
export async function previewSql(
  call: SqlPreviewCall,
  bucket: R2Bucket,
  decided: () => Promise<MeterMemory>,
): Promise<SqlPreviewReading> {
  const { plan, startMs, endMs } = call
  const scanned = { metricName: PREVIEW, plan, boundaries: [startMs, endMs] }
  let memory = await decided()
  for (let scans = 0; scans < SCANS_MAX; scans++) {
    const scan = new SqlScan(memory, call.customerId, [scanned])
    while (!scan.isStale(memory)) {
      await withArchive(memory, bucket, () => {
        if (!scan.isStale(memory)) scan.step()
      })
      if (scan.isComplete() && !scan.isStale(memory)) {
        return readingOf(scan, call)
      }
      await scheduler.wait(0)
      memory = await decided()
    }
  }
  throw unsettled()
}

function readingOf(scan: SqlScan, { plan, isAlone }: SqlPreviewCall): SqlPreviewReading {
  const { events: eventsRead, properties } = scan
  const diagnostics = scan.diagnostics.counts()
  const preview = isAlone
    ? nameLimit(PREVIEW, () =>
        previewFragments(plan, scan.windowsOf(0)[0]!, { diagnostics: [diagnostics], properties }),
      )
    : null
  const usage = isAlone ? [] : scan.usageOf(0)
  const size = new AnswerSize()
  for (const row of usage) size.add(PREVIEW, row)
  return { usage, preview, eventsRead, diagnostics, properties: [...properties] }
}
