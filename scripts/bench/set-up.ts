import Metronome from '@metronome/sdk'
import { TOKEN } from './ingest.ts'
import type { BenchServer } from './server.ts'

const DAY_MS = 86_400_000

export interface IngestSetUp {
  /** Ingest aliases: what events say as `customer_id`. */
  aliases: string[]
  /** Of the customer with the first alias. */
  customerId: string
  /** The metric that counts all events. */
  countId: string
}

type NewMetric = Metronome.V1.BillableMetricCreateParams

const exist = (...names: string[]) => names.map((name) => ({ name, exists: true }))

/** Every event feeds each of them. */
const METRICS: NewMetric[] = [
  { name: 'Calls', aggregation_type: 'COUNT' },
  {
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    property_filters: exist('tokens', 'model', 'region'),
    group_keys: [['model'], ['model', 'region']],
  },
  {
    name: 'Slowest call',
    aggregation_type: 'MAX',
    aggregation_key: 'latency_ms',
    property_filters: exist('latency_ms'),
  },
]

export function clientOf({ url }: Pick<BenchServer, 'url'>, token = TOKEN): Metronome {
  return new Metronome({ baseURL: url, bearerToken: token })
}

/** Three metrics and a hundred customers with an ingest alias each, in the production environment. */
export async function setUpIngest(server: BenchServer): Promise<IngestSetUp> {
  const client = clientOf(server)
  const metrics = []
  for (const metric of METRICS) {
    const event_type_filter = { in_values: ['llm_call'] }
    metrics.push(await client.v1.billableMetrics.create({ ...metric, event_type_filter }))
  }
  const aliases = Array.from({ length: 100 }, (_, i) => `customer-${String(i).padStart(5, '0')}`)
  const customers = await Promise.all(
    aliases.map((alias) => client.v1.customers.create({ name: alias, ingest_aliases: [alias] })),
  )
  return { aliases, customerId: customers[0]!.data.id, countId: metrics[0]!.data.id }
}

/** How many events of the first customer the server counts; the metric is a COUNT. */
export async function readCount(
  server: Pick<BenchServer, 'url'>,
  { customerId, countId }: IngestSetUp,
): Promise<number> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const { data } = await clientOf(server).v1.usage.list(
    {
      customer_ids: [customerId],
      billable_metrics: [{ id: countId }],
      window_size: 'NONE',
      // Events lie in the last hour, on this day or the one before.
      starting_on: new Date(today - DAY_MS).toISOString(),
      ending_before: new Date(today + DAY_MS).toISOString(),
    },
    { maxRetries: 0 },
  )
  return data[0]?.value ?? 0
}
