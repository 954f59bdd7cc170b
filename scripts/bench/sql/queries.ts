export const QUERY_NAMES = ['q1', 'q2', 'q2r', 'q3', 'q4', 'q5'] as const
export type QueryName = (typeof QUERY_NAMES)[number]

/** A query of a billable metric, and the same for DuckDB. */
export interface BenchQuery {
  title: string
  sql: string
  /** Over `events(event_type, timestamp, properties)`; columns `value`, then the keys, as text. */
  duckdb: string
  keys: string[]
  /** Where DuckDB divides, its answer is a float. */
  isExactInDuckdb: boolean
  /** Kept in cells along with ingest. */
  isIncremental: boolean
}

const USAGE = `FROM events WHERE event_type = 'usage'`

/** What the queries of specifications and customers' questions are like. */
export const QUERIES: Record<QueryName, BenchQuery> = {
  q1: {
    title: 'daily average per user and region',
    sql: `
      SELECT SUM(max_daily_storage) / SUM(num_days) AS value, user_id, region
      FROM (SELECT DATE_TRUNC('day', timestamp) AS date, properties.user_id AS user_id,
          properties.region AS region, MAX(properties.storage_used) AS max_daily_storage,
          1 AS num_days
        ${USAGE} GROUP BY date, user_id, region)
      GROUP BY user_id, region`,
    duckdb: `
      SELECT SUM(high) / COUNT(*), user_id, region
      FROM (SELECT date_trunc('day', timestamp) AS date, properties->>'user_id' AS user_id,
          properties->>'region' AS region, MAX(${decimal('storage_used')}) AS high
        ${USAGE} GROUP BY ALL)
      GROUP BY user_id, region`,
    keys: ['user_id', 'region'],
    isExactInDuckdb: false,
    isIncremental: true,
  },
  q2: {
    title: 'p95 of hourly sums',
    sql: `
      SELECT PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY tokens) AS value
      FROM (SELECT DATE_TRUNC('hour', timestamp) AS hour, SUM(properties.tokens) AS tokens
        ${USAGE} GROUP BY hour)`,
    duckdb: `
      SELECT quantile_disc(tokens, 0.95)
      FROM (SELECT date_trunc('hour', timestamp) AS hour, SUM(${decimal('tokens')}) AS tokens
        ${USAGE} GROUP BY ALL)`,
    keys: [],
    isExactInDuckdb: true,
    isIncremental: true,
  },
  q2r: {
    title: 'p95 of raw values',
    sql: `
      SELECT PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY CAST(properties.latency_ms AS DECIMAL(18, 4)))
        AS value
      ${USAGE}`,
    duckdb: `SELECT quantile_disc(${decimal('latency_ms')}, 0.95) ${USAGE}`,
    keys: [],
    isExactInDuckdb: true,
    isIncremental: false,
  },
  q3: {
    title: 'weighted sum with CASE, by region',
    sql: `
      SELECT SUM(CASE WHEN properties.model = 'atlas-large' THEN properties.tokens * 2.5
          WHEN properties.model = 'atlas-mini' THEN properties.tokens * 0.5
          ELSE properties.tokens END) AS value, properties.region AS region
      ${USAGE} GROUP BY region`,
    duckdb: `
      SELECT SUM(CASE properties->>'model' WHEN 'atlas-large' THEN ${decimal('tokens')} * 2.5
          WHEN 'atlas-mini' THEN ${decimal('tokens')} * 0.5
          ELSE ${decimal('tokens')} END), properties->>'region'
      ${USAGE} GROUP BY ALL`,
    keys: ['region'],
    isExactInDuckdb: true,
    isIncremental: true,
  },
  q4: {
    title: 'unique users per region',
    sql: `
      SELECT COUNT(DISTINCT properties.user_id) AS value, properties.region AS region
      ${USAGE} GROUP BY region`,
    duckdb: `
      SELECT COUNT(DISTINCT properties->>'user_id'), properties->>'region'
      ${USAGE} GROUP BY ALL`,
    keys: ['region'],
    isExactInDuckdb: true,
    isIncremental: true,
  },
  q5: {
    title: 'latest per user, day and region, summed',
    sql: `
      SELECT SUM(seats) AS value, region
      FROM (SELECT DATE_TRUNC('day', timestamp) AS date, properties.user_id AS user_id,
          properties.region AS region, LATEST(CAST(properties.seats AS DECIMAL(18, 4))) AS seats
        ${USAGE} GROUP BY date, user_id, region)
      GROUP BY region`,
    duckdb: `
      SELECT SUM(seats), region
      FROM (SELECT date_trunc('day', timestamp) AS date, properties->>'user_id' AS user_id,
          properties->>'region' AS region,
          arg_max(${decimal('seats')}, (timestamp, transaction_id)) AS seats
        ${USAGE} GROUP BY ALL)
      GROUP BY region`,
    keys: ['region'],
    isExactInDuckdb: true,
    isIncremental: true,
  },
}

/** A property as an exact number. */
function decimal(name: string): string {
  return `CAST(properties->>'${name}' AS DECIMAL(18, 4))`
}
