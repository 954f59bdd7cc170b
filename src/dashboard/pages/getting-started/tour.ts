import { Expression } from './sdk-call.ts'

/** What the tour makes, by the names that it is found by again. Prices are in US cents. */
export const TOUR = {
  metric: 'Tokens',
  product: 'Completions',
  card: 'getting-started',
  customer: 'Acme',
  alias: 'acme',
  contract: 'getting-started',
  rates: [
    { model: 'small', price: 0.0002 },
    { model: 'large', price: 0.0035 },
  ],
  events: [
    { id: '1', model: 'small', tokens: '120000' },
    { id: '2', model: 'small', tokens: '340000' },
    { id: '3', model: 'large', tokens: '25000' },
    { id: '4', model: 'large', tokens: '8000' },
  ],
} as const

/** An id, or in code the name of what has it. */
type IdOrCode = string | Expression

const HOUR_MS = 3_600_000

/** Midnight of an instant's day, in UTC: prices and the contract of the tour start there. */
export function dayStart(now: string): string {
  return `${now.slice(0, 10)}T00:00:00.000Z`
}

/** When a draft becomes final. */
export function finalAt(endsAt: string, graceHours: number): string {
  return new Date(Date.parse(endsAt) + graceHours * HOUR_MS).toISOString()
}

/** The customer's id keeps the events of one tour apart from those of others. */
export function eventId(customerId: string, id: string): string
export function eventId(customerId: IdOrCode, id: string): IdOrCode
export function eventId(customerId: IdOrCode, id: string): IdOrCode {
  if (typeof customerId === 'string') return `${customerId}-${id}`
  return new Expression(`\`\${${customerId.code}}-${id}\``)
}

/** What each step sends. */
export const BODIES = {
  metric: () => ({
    name: TOUR.metric,
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: [
      { name: 'model', exists: true },
      { name: 'tokens', exists: true },
    ],
    group_keys: [['model']],
  }),
  product: (metricId: IdOrCode) => ({
    name: TOUR.product,
    type: 'USAGE',
    billable_metric_id: metricId,
    pricing_group_key: ['model'],
  }),
  card: () => ({ name: 'List prices', aliases: [{ name: TOUR.card }] }),
  rates: (cardId: IdOrCode, productId: IdOrCode, startsAt: string) => ({
    rate_card_id: cardId,
    rates: TOUR.rates.map(({ model, price }) => ({
      product_id: productId,
      pricing_group_values: { model },
      rate_type: 'FLAT',
      price,
      entitled: true,
      starting_at: startsAt,
    })),
  }),
  customer: () => ({ name: TOUR.customer, ingest_aliases: [TOUR.alias] }),
  contract: (customerId: IdOrCode, startsAt: string) => ({
    customer_id: customerId,
    rate_card_alias: TOUR.card,
    starting_at: startsAt,
    uniqueness_key: TOUR.contract,
  }),
  events: (customerId: IdOrCode, now: string) =>
    TOUR.events.map(({ id, model, tokens }) => ({
      transaction_id: eventId(customerId, id),
      customer_id: TOUR.alias,
      event_type: 'completion',
      timestamp: now,
      properties: { model, tokens },
    })),
}
