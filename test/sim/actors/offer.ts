import type { Metric, Product, Rate, Tier } from '../model/books.ts'
import { change, count, DAY_MS, floorTo, HOUR_MS, iso, note, START_MS } from '../simulation.ts'
import type { Simulation } from '../simulation.ts'

export const MODELS = ['large', 'medium', 'small']
export const REGIONS = ['eu', 'us']

type NewMetric = Omit<Metric, 'id'> & { name: string; groupKeys: string[][]; sql?: string }

const METRICS: NewMetric[] = [
  {
    name: 'Tokens',
    kind: 'SUM',
    eventType: 'completion',
    property: 'tokens',
    required: ['tokens', 'model', 'region'],
    groupKeys: [['model', 'region']],
  },
  {
    name: 'Calls',
    kind: 'COUNT',
    eventType: 'call',
    property: null,
    required: [],
    groupKeys: [],
  },
  {
    name: 'Peak',
    kind: 'MAX',
    eventType: 'snapshot',
    property: 'gigabytes',
    required: ['gigabytes', 'region'],
    groupKeys: [['region']],
  },
  {
    name: 'Users',
    kind: 'UNIQUE',
    eventType: 'login',
    property: 'user',
    required: ['user'],
    groupKeys: [],
  },
  {
    name: 'Seats',
    kind: 'LATEST',
    eventType: 'seats',
    property: 'seats',
    required: ['seats'],
    groupKeys: [],
  },
  {
    // By day, which the streaming metrics do not know of.
    name: 'Daily peaks',
    kind: 'SUM_OF_DAILY_MAX',
    eventType: 'transfer',
    property: 'megabytes',
    required: ['megabytes'],
    groupKeys: [],
    sql: `SELECT SUM(peak) AS value, region FROM (
      SELECT date_trunc('day', timestamp) AS day, properties.region AS region,
        MAX(properties.megabytes) AS peak
      FROM events WHERE event_type = 'transfer' AND properties.megabytes IS NOT NULL
      GROUP BY day, region
    ) GROUP BY region`,
  },
]

/** Makes the metrics, the products and the card that all customers buy from. */
export async function createOffer(simulation: Simulation): Promise<void> {
  const { books, random, offer } = simulation
  for (const { name, groupKeys, sql, ...metric } of METRICS) {
    const streaming = {
      aggregation_type: metric.kind,
      ...(metric.property !== null && { aggregation_key: metric.property }),
      event_type_filter: { in_values: [metric.eventType] },
      property_filters: metric.required.map((property) => ({ name: property, exists: true })),
      ...(groupKeys.length > 0 && { group_keys: groupKeys }),
    }
    const body = { name, ...(sql === undefined ? streaming : { sql }) }
    const id = await create(simulation, '/v1/billable-metrics/create', body)
    books.metrics.push({ id, ...metric })
  }
  const [tokens, calls, peak, users, seats, daily] = books.metrics
  await addProduct(simulation, 'Inference', tokens!, ['model'], ['region'])
  await addProduct(simulation, 'Calls', calls!, [], [])
  await addProduct(simulation, 'Storage', peak!, ['region'], [])
  await addProduct(simulation, 'Users', users!, [], [])
  await addProduct(simulation, 'Seats', seats!, [], [])
  await addProduct(simulation, 'Transfer', daily!, ['region'], [])
  await addProduct(simulation, 'Transfer by hour', daily!, [], ['region'], true)
  offer.fixedProductId = await create(simulation, '/v1/contract-pricing/products/create', {
    name: 'Agreed amounts',
    type: 'FIXED',
  })
  offer.cardId = await create(simulation, '/v1/contract-pricing/rate-cards/create', {
    name: 'Prices',
  })
  const from = floorTo(START_MS, DAY_MS) - 60 * DAY_MS
  for (const product of books.products) {
    for (const values of valuesOf(product)) {
      const tiers = random.chance(0.5)
        ? ladder(simulation)
        : [{ size: null, price: price(simulation) }]
      const { id: productId } = product
      await addRate(simulation, {
        productId,
        pricingValues: values,
        startMs: from,
        endMs: null,
        tiers,
      })
    }
  }
}

/** Changes a price of the card, from some hour on that is near; it may be past. */
export async function changeRate(simulation: Simulation): Promise<void> {
  const { books, random, world } = simulation
  const product = random.pick(books.products)
  const now = floorTo(world.scheduler.nowMs, HOUR_MS)
  const startMs = now + random.integer(-48, 96) * HOUR_MS
  const endMs = random.chance(0.3) ? startMs + random.integer(1, 240) * HOUR_MS : null
  const tiers = random.chance(0.4) ? ladder(simulation) : [{ size: null, price: price(simulation) }]
  const pricingValues = random.pick(valuesOf(product))
  await addRate(simulation, { productId: product.id, pricingValues, startMs, endMs, tiers })
  count(simulation, 'rate changes')
}

export function price({ random }: Simulation): string {
  return String(random.integer(0, 400) / 10 ** random.integer(0, 4))
}

function ladder(simulation: Simulation): Tier[] {
  const { random } = simulation
  const sized = Array.from({ length: random.integer(1, 3) }, () => {
    return { size: String(random.integer(1, 60)), price: price(simulation) }
  })
  return [...sized, { size: null, price: price(simulation) }]
}

function valuesOf({ pricingKey }: Product): (Record<string, string> | null)[] {
  if (pricingKey.includes('model')) return MODELS.map((model) => ({ model }))
  // There is no price in the second region, unless one is added later.
  if (pricingKey.includes('region')) return REGIONS.slice(0, 1).map((region) => ({ region }))
  return [null]
}

async function addProduct(
  simulation: Simulation,
  name: string,
  metric: Metric,
  pricingKey: string[],
  presentationKey: string[],
  isByHour = false,
): Promise<void> {
  const tags = ['usage', name === 'Inference' ? 'ai' : 'platform']
  const body = {
    name,
    type: 'USAGE',
    billable_metric_id: metric.id,
    tags,
    ...(pricingKey.length > 0 && { pricing_group_key: pricingKey }),
    ...(presentationKey.length > 0 && { presentation_group_key: presentationKey }),
    ...(isByHour && { sql_breakdown_granularity: 'HOUR' }),
  }
  const id = await create(simulation, '/v1/contract-pricing/products/create', body)
  const isAtEnd = metric.kind === 'SUM_OF_DAILY_MAX' && !isByHour
  const product = { id, name, metricId: metric.id, tags, pricingKey, presentationKey, isAtEnd }
  simulation.books.products.push(product)
}

async function addRate(simulation: Simulation, rate: Rate): Promise<void> {
  const { productId, pricingValues, startMs, endMs, tiers } = rate
  const [first] = tiers
  const body = {
    rate_card_id: simulation.offer.cardId,
    product_id: productId,
    ...(pricingValues !== null && { pricing_group_values: pricingValues }),
    starting_at: iso(startMs),
    ...(endMs !== null && { ending_before: iso(endMs) }),
    entitled: true,
    ...(tiers.length === 1
      ? { rate_type: 'FLAT', price: Number(first!.price) }
      : {
          rate_type: 'TIERED',
          tiers: tiers.map(({ size, price: each }) => {
            return { ...(size !== null && { size: Number(size) }), price: Number(each) }
          }),
        }),
  }
  // The same rate twice is the same price.
  await change(simulation, '/v1/contract-pricing/rate-cards/addRate', body, () =>
    Promise.resolve(null),
  )
  simulation.books.rates.push(rate)
  note(simulation, `rate ${JSON.stringify(body)}`)
}

async function create(simulation: Simulation, path: string, body: unknown): Promise<string> {
  const { client, world } = simulation
  const { status, body: answered } = await world.scheduler.until(() =>
    client.ask({ method: 'POST', path, body }),
  )
  if (status !== 200) throw new Error(`${path} answers ${status}: ${JSON.stringify(answered)}`)
  return answered.data.id as string
}
