import { MARCH } from './price-list.ts'

/** What the company of the SQL scenario counts, sells and charges. Prices are in US cents. */

export const CUSTOMER = { name: 'Northwind', alias: 'northwind' }
/** From here on the larger model's tokens are cheaper. */
export const TOKENS_CUT = '2026-03-11T00:00:00Z'
/** From here on a user counts only who came back: the product's metric is another one. */
export const USERS_SWAP = '2026-03-16T09:00:00Z'

export type SqlKey = 'seats' | 'bandwidth' | 'tokens' | 'users'

interface SqlMetricText {
  name: string
  sql: string
}

export const SQL_METRICS: Record<SqlKey | 'returning', SqlMetricText> = {
  seats: {
    name: 'Seats, average of daily peaks',
    sql: `SELECT SUM(peak) / SUM(days) AS value, workspace, plan
FROM (
  SELECT date_trunc('day', timestamp) AS day, properties.workspace AS workspace,
         properties.plan AS plan, MAX(properties.seats) AS peak, 1 AS days
  FROM events WHERE event_type = 'seat_snapshot'
  GROUP BY day, workspace, plan
)
GROUP BY workspace, plan`,
  },
  bandwidth: {
    name: 'Bandwidth, p95 of hourly GB',
    sql: `WITH hourly AS (
  SELECT date_trunc('hour', timestamp) AS hour, properties.region AS region,
         SUM(properties.megabytes) / 1000 AS gigabytes
  FROM events WHERE event_type = 'transfer'
  GROUP BY hour, region
)
SELECT PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY gigabytes) AS value, region
FROM hourly GROUP BY region`,
  },
  tokens: {
    name: 'Weighted tokens',
    sql: `SELECT SUM(CASE properties.kind WHEN 'input' THEN properties.tokens
                            WHEN 'cached' THEN properties.tokens * 0.1
                            ELSE properties.tokens * 4 END) AS value,
       properties.model
FROM events WHERE event_type = 'completion' GROUP BY model`,
  },
  users: {
    name: 'Users',
    sql: `SELECT COUNT(DISTINCT properties.user_id) AS value, properties.region
FROM events WHERE event_type = 'login' GROUP BY properties.region`,
  },
  returning: {
    name: 'Users of two days or more',
    sql: `SELECT COUNT(*) AS value, region
FROM (
  SELECT properties.user_id AS user_id, properties.region AS region,
         COUNT(DISTINCT date_trunc('day', timestamp)) AS days
  FROM events WHERE event_type = 'login'
  GROUP BY user_id, region HAVING days >= 2
)
GROUP BY region`,
  },
}

interface SqlProduct {
  name: string
  /** Columns of the result whose values have prices of their own. */
  pricing?: string[]
  /** Columns of the result whose values have lines of their own. */
  shown?: string[]
  granularity?: 'HOUR' | 'SERVICE_PERIOD'
}

export const SQL_PRODUCTS: Record<SqlKey, SqlProduct> = {
  // Without a granularity, what the query says of the whole month is incurred at its end.
  seats: { name: 'Seats', pricing: ['plan'], shown: ['workspace'] },
  bandwidth: { name: 'Bandwidth', pricing: ['region'], granularity: 'SERVICE_PERIOD' },
  tokens: { name: 'Tokens', pricing: ['model'], granularity: 'HOUR' },
  users: { name: 'Users', shown: ['region'], granularity: 'HOUR' },
}

export interface SqlPrice {
  product: SqlKey
  values?: Record<string, string>
  cents: string
  startingAt: string
}

const CARD_START = '2026-01-01T00:00:00Z'

/** The region "edge" has none: its bandwidth is metered and not billed. */
export const SQL_PRICES: SqlPrice[] = [
  { product: 'seats', values: { plan: 'business' }, cents: '1250.5', startingAt: CARD_START },
  { product: 'seats', values: { plan: 'starter' }, cents: '800', startingAt: CARD_START },
  { product: 'bandwidth', values: { region: 'eu-west' }, cents: '90', startingAt: CARD_START },
  { product: 'bandwidth', values: { region: 'us-east' }, cents: '75.25', startingAt: CARD_START },
  { product: 'tokens', values: { model: 'atlas-large' }, cents: '0.03', startingAt: CARD_START },
  { product: 'tokens', values: { model: 'atlas-large' }, cents: '0.024', startingAt: TOKENS_CUT },
  { product: 'tokens', values: { model: 'atlas-mini' }, cents: '0.002', startingAt: CARD_START },
  { product: 'users', cents: '150', startingAt: CARD_START },
]

/** Queries that are refused, with what they try. */
export const REFUSED_SQL: SqlMetricText[] = [
  {
    name: 'a property without its prefix',
    sql: `SELECT SUM(tokens) AS value FROM events WHERE event_type = 'completion'`,
  },
  {
    name: 'a column that is neither grouped nor aggregated',
    sql: `SELECT MAX(properties.seats) AS value, properties.plan\nFROM events`,
  },
  {
    name: 'comparing properties without saying as what',
    sql: `SELECT COUNT(*) AS value FROM events WHERE properties.used > properties.included`,
  },
]

/** From when until when in March a price holds: the next one for the same thing replaces it. */
export function priceSpan(price: SqlPrice): { startingAt: string; until: string } {
  const next = SQL_PRICES.find(
    (other) =>
      other.product === price.product &&
      JSON.stringify(other.values) === JSON.stringify(price.values) &&
      other.startingAt > price.startingAt,
  )
  const startingAt = price.startingAt > MARCH.start ? price.startingAt : MARCH.start
  return { startingAt, until: next?.startingAt ?? MARCH.end }
}
