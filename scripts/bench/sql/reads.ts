import { httpRequest, runLoad } from '../load.ts'
import { percentile } from '../percentile.ts'
import { MONTH_END, MONTH_START, randomNumbers, sqlEvent } from './events.ts'
import { QUERIES, QUERY_NAMES, type QueryName } from './queries.ts'
import { sendLines, type SqlSandbox } from './server.ts'

/** p50 in milliseconds of reading a saved metric's month. */
export interface ReadTimes {
  /** Right after an event of the customer came in. */
  fresh_ms: number
  /** The same question again. */
  repeated_ms: number
}

export interface MetricReads {
  ungrouped: ReadTimes
  /** By the metric's group key; null where it has none. */
  grouped: ReadTimes | null
}

/** So often each is read, unless the time is up. */
export interface ReadAmount {
  count: number
  secondsMax: number
}

const LAST_HOUR_MS = Date.parse(MONTH_END) - 3_600_000

/** Reads each of the metrics that are kept in cells. */
export async function measureReads(
  sandbox: SqlSandbox,
  amount: ReadAmount,
): Promise<Partial<Record<QueryName, MetricReads>>> {
  const random = randomNumbers(1)
  let sent = 0
  const sendEvent = async () => {
    const event = sqlEvent(`late-${sent++}`, LAST_HOUR_MS + Math.floor(random() * 3e6), random)
    await sendLines(sandbox, Buffer.from(JSON.stringify(event)), 1)
  }
  const measured: Partial<Record<QueryName, MetricReads>> = {}
  for (const query of QUERY_NAMES) {
    const metricId = sandbox.metricIds[query]
    if (metricId === undefined) continue
    const measure = (request: Buffer) => measureRead(sandbox, request, sendEvent, amount)
    const grouped = groupedRequest(sandbox, metricId, QUERIES[query].keys)
    measured[query] = {
      ungrouped: await measure(ungroupedRequest(sandbox, metricId)),
      grouped: grouped && (await measure(grouped)),
    }
  }
  return measured
}

async function measureRead(
  { server: { port } }: SqlSandbox,
  request: Buffer,
  sendEvent: () => Promise<void>,
  { count, secondsMax }: ReadAmount,
): Promise<ReadTimes> {
  const read = async () => {
    let left = 1
    const { latenciesMs } = await runLoad({
      port,
      connections: 1,
      next: () => (left-- > 0 ? request : null),
      secondsMax: Infinity,
      isGood: ({ status }) => status === 200,
    })
    return latenciesMs[0]!
  }
  const [fresh, repeated]: [number[], number[]] = [[], []]
  const endAt = performance.now() + secondsMax * 1_000
  while (fresh.length < count && (fresh.length === 0 || performance.now() < endAt)) {
    await sendEvent()
    fresh.push(await read())
    repeated.push(await read())
  }
  return { fresh_ms: percentile(fresh, 50), repeated_ms: percentile(repeated, 50) }
}

const RANGE = { window_size: 'NONE', starting_on: MONTH_START, ending_before: MONTH_END }

function ungroupedRequest({ token, customerId }: SqlSandbox, metricId: string): Buffer {
  const question = { customer_ids: [customerId], billable_metrics: [{ id: metricId }], ...RANGE }
  return jsonRequest(token, '/v1/usage', question)
}

function groupedRequest(
  { token, customerId }: SqlSandbox,
  metricId: string,
  groupKey: string[],
): Buffer | null {
  if (groupKey.length === 0) return null
  const question = { customer_id: customerId, billable_metric_id: metricId, ...RANGE }
  return jsonRequest(token, '/v1/usage/groups', { ...question, group_key: groupKey })
}

function jsonRequest(token: string, path: string, body: object): Buffer {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return httpRequest('POST', path, headers, JSON.stringify(body))
}
