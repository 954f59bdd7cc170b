import { isSqlMetric } from '../core/metering/metric.ts'
import type { UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import { finalUsage } from '../core/sql/final-usage.ts'
import { nameLimit } from '../core/sql/sql-error.ts'
import { AnswerSize } from './meter-answer.ts'
import { withArchive } from './meter-archive.ts'
import { toldVersion } from './meter-decide.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { MeterReading, UsageRequest } from './meter-rpc.ts'
import { recallResult, rememberResult } from './meter-results.ts'
import { SqlScan, type ScannedPlan } from './meter-sql-scan.ts'
import { doUpkeepSlice, isUpkeepDue } from './meter-upkeep.ts'
import { readWindows } from './meter-usage.ts'
import { unsettled } from './unsettled.ts'

/** What is read from the log begins anew when it changes under the reader: hardly so often. */
const SCANS_MAX = 10

/**
 * Reads usage of one customer; all queries are answered at one position of the log and by one
 * configuration. Between slices of longer work, other calls have their turn.
 * @param decided the meter's memory, at the configuration that the request asks for or a later one
 * @throws with status 503 while the configuration changes faster than the log can be read
 */
export async function readMeterUsage(
  request: UsageRequest,
  bucket: R2Bucket,
  decided: () => Promise<MeterMemory>,
): Promise<MeterReading> {
  const { customerId, queries } = request
  let memory = await decided()
  memory.ids.trim()
  const metricIds = new Set(queries.map((query) => query.metricId))
  // The ids are listed anew each time: while this waits, more may have come.
  const scope = () => ({ metricIds, idIndexes: new Set(memory.ids.active(customerId)) })
  let scan: SqlScan | null = null
  let scansLeft = SCANS_MAX
  for (;;) {
    const { configVersion } = memory
    // In the meantime of bringing something from the archive, all of it may have changed.
    const isSettled = () => memory.configVersion === configVersion && !isUpkeepDue(memory, scope())
    if (!isSettled()) {
      await withArchive(memory, bucket, () => doUpkeepSlice(memory, scope()))
    } else {
      const known = queries.map((query) => recallResult(memory, customerId, query))
      if (known.every((usage) => usage !== null)) return readingOf(memory, customerId, known)
      if (scan?.isStale(memory) ?? true) {
        if (scansLeft-- === 0) throw unsettled()
        scan = new SqlScan(memory, customerId, [...scannedPlans(memory, queries).values()])
      }
      const current: SqlScan = scan!
      const reading = await withArchive(memory, bucket, () => {
        if (!isSettled() || current.isStale(memory)) return null
        return readSlice(memory, request, current)
      })
      if (reading !== null) return reading
    }
    await scheduler.wait(0)
    memory = await decided()
  }
}

/** Whether some of the queries are to be read from the log: their metrics are not kept in cells. */
export function needsLog(memory: MeterMemory, queries: UsageQuery[]): boolean {
  return queries.some((query) => scannedPlan(memory, query) !== null)
}

/** Reads on; answers once everything up to the log's present end has been read. */
function readSlice(
  memory: MeterMemory,
  { customerId, queries }: UsageRequest,
  scan: SqlScan,
): MeterReading | null {
  if (!scan.isComplete()) scan.step()
  if (!scan.isComplete()) return null
  const scanned = [...scannedPlans(memory, queries).keys()]
  const size = new AnswerSize()
  const usage = queries.map((query) => {
    const own =
      scannedPlan(memory, query) === null
        ? readWindows(memory, customerId, query, size)
        : readScan(scan, scanned.indexOf(scanKey(query)), query, size)
    if (isOfSql(memory, query)) rememberResult(memory, customerId, query, own)
    return own
  })
  return readingOf(memory, customerId, usage)
}

function readScan(
  scan: SqlScan,
  index: number,
  { groupKey, isFinal }: UsageQuery,
  size: AnswerSize,
): WindowUsage[] {
  const { metricName, plan } = scan.planOf(index)
  const usage =
    isFinal === true
      ? nameLimit(metricName, () => finalUsage(plan, groupKey, scan.windowsOf(index)))
      : scan.usageOf(index)
  for (const row of usage) size.add(metricName, row)
  return usage
}

function readingOf(memory: MeterMemory, customerId: string, usage: WindowUsage[][]): MeterReading {
  return {
    cut: {
      configVersion: memory.configVersion,
      positions: { [memory.meterName]: memory.head.seq },
    },
    usage,
    toldVersion: toldVersion(memory, customerId),
    isMoved: !memory.homes.isAnyHome,
  }
}

function isOfSql({ metrics }: MeterMemory, { metricId }: UsageQuery): boolean {
  return metrics.some(({ metric }) => metric.id === metricId && isSqlMetric(metric))
}

/** What is to be read from the log, once for queries that differ in their groups only. */
function scannedPlans(memory: MeterMemory, queries: UsageQuery[]): Map<string, ScannedPlan> {
  const plans = new Map<string, ScannedPlan>()
  for (const query of queries) {
    const plan = scannedPlan(memory, query)
    if (plan !== null) plans.set(scanKey(query), plan)
  }
  return plans
}

function scanKey({ metricId, boundaries, eventFilter }: UsageQuery): string {
  return JSON.stringify([metricId, boundaries, eventFilter])
}

/** What is to be read from the log for a query; null where cells have the answer. */
function scannedPlan(
  { metrics }: MeterMemory,
  { metricId, boundaries, eventFilter }: UsageQuery,
): ScannedPlan | null {
  const metric = metrics.find((running) => running.metric.id === metricId)?.metric
  if (metric === undefined || !isSqlMetric(metric)) return null
  // Cells know nothing of the events that went into them.
  if (metric.execution !== 'scan' && eventFilter === undefined) return null
  return { metricName: metric.name, plan: metric.plan, boundaries, eventFilter }
}
