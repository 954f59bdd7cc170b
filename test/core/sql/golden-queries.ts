import type { UsageEvent } from '../../../src/core/metering/event.ts'

/** Type, time, user and region, then what else the event has; `-` is a missing property. */
const LINES = `
api_request 2025-01-01T00:10:00Z u1 us model=a tokens=100 cost=0.1
api_request 2025-01-01T00:50:00Z u2 eu model=b tokens=250.5 cost=0.2
api_request 2025-01-01T13:05:00Z u1 us model=a tokens=7 cost=0.3
api_request 2025-01-02T01:00:00Z u3 us model=b tokens=n/a cost=1000000000000000.1
api_request 2025-01-02T02:00:00Z u1 eu model=c tokens=1e2
api_request 2025-01-03T05:00:00Z u2 - model=a tokens=-3.5 cost=0.0000000001
storage 2025-01-01T00:00:00Z u1 us storage_used=10
storage 2025-01-01T12:00:00Z u1 us storage_used=9
storage 2025-01-02T00:00:00Z u1 us storage_used=20.5
storage 2025-01-02T00:00:00Z u2 eu storage_used=100
seats 2025-01-01T09:00:00Z u1 us seats=4
seats 2025-01-02T09:00:00Z u1 us seats=6
seats 2025-01-02T09:00:00Z u1 us seats=5
seats 2025-01-02T10:00:00Z u2 eu
`

/** Two events of one instant are ordered by their transaction ids: the later one is the greater. */
export const GOLDEN_EVENTS: UsageEvent[] = LINES.trim()
  .split('\n')
  .map((line, i) => {
    const [eventType = '', time = '', user_id = '', region = '', ...more] = line.split(' ')
    const properties = Object.fromEntries(more.map((pair) => pair.split('=') as [string, string]))
    return {
      transactionId: `t${String(i + 1).padStart(2, '0')}`,
      ingestId: 'acme',
      eventType,
      timestampMs: Date.parse(time),
      subMs: '',
      properties: { user_id, ...(region === '-' ? {} : { region }), ...properties },
    }
  })

/** Queries and the rows that they give for these events, in any order. */
export const GOLDEN_QUERIES: { sql: string; rows: (string | null)[][] }[] = [
  {
    sql: "SELECT SUM(max_daily_storage) / SUM(num_days) as value, user_id, region FROM ( SELECT date_trunc('day', timestamp) as date, properties.user_id as user_id, properties.region as region, MAX(properties.storage_used) as max_daily_storage, 1 as num_days FROM events WHERE event_type = 'storage' GROUP BY date, user_id, region ) GROUP BY user_id, region",
    rows: [
      ['100', 'u2', 'eu'],
      ['15.25', 'u1', 'us'],
    ],
  },
  {
    sql: "SELECT count() as value, properties.user_id, properties.region FROM events WHERE event_type = 'api_request' GROUP BY user_id, region",
    rows: [
      ['1', 'u1', 'eu'],
      ['1', 'u2', null],
      ['1', 'u2', 'eu'],
      ['1', 'u3', 'us'],
      ['2', 'u1', 'us'],
    ],
  },
  {
    sql: "SELECT COUNT(DISTINCT properties.user_id) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['3']],
  },
  {
    sql: "SELECT SUM(CAST(properties.tokens AS INT)) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['454']],
  },
  {
    sql: 'SELECT SUM(CAST(properties.cost AS DECIMAL(38,10))) AS value FROM events',
    rows: [['1000000000000000.7000000001']],
  },
  {
    sql: "SELECT SUM(properties.tokens * properties.cost) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['62.19999999965']],
  },
  {
    sql: "SELECT MIN(properties.tokens) AS value, properties.region AS region FROM events WHERE event_type = 'api_request' GROUP BY 2",
    rows: [
      ['-3.5', null],
      ['100', 'eu'],
      ['7', 'us'],
    ],
  },
  {
    sql: "SELECT AVG(properties.tokens) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['90.8']],
  },
  {
    sql: "SELECT EARLIEST(CAST(properties.seats AS INT)) AS value FROM events WHERE event_type = 'seats'",
    rows: [['4']],
  },
  {
    sql: "SELECT SUM(CASE WHEN properties.model = 'a' THEN CAST(properties.tokens AS DECIMAL(20,2)) * 2.5 WHEN properties.model = 'b' THEN properties.tokens * 0.1 ELSE 0 END) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['283.8']],
  },
  {
    sql: "SELECT SUM(LEAST(properties.tokens, 100)) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['403.5']],
  },
  {
    sql: "SELECT SUM(GREATEST(CAST(properties.tokens AS DECIMAL(20,2)), 0)) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['457.5']],
  },
  {
    sql: "SELECT CEIL(SUM(properties.tokens) / 1000) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['1']],
  },
  {
    sql: "SELECT FLOOR(SUM(properties.tokens) / 1000) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['0']],
  },
  {
    sql: 'SELECT COUNT(*) AS value FROM events WHERE properties.region IS NULL',
    rows: [['1']],
  },
  {
    sql: "SELECT COUNT(*) AS value FROM events WHERE properties.region IS NOT NULL AND NOT event_type = 'seats'",
    rows: [['9']],
  },
  {
    sql: "SELECT COUNT(*) AS value FROM events WHERE (event_type = 'seats' OR event_type = 'storage') AND properties.region = 'eu'",
    rows: [['2']],
  },
  {
    sql: 'SELECT COUNT(*) AS value FROM events WHERE properties.tokens ≥ 100',
    rows: [['3']],
  },
  {
    sql: "SELECT SUM(v) AS value, region FROM (SELECT date_trunc('day', timestamp) AS d, properties.user_id AS u, properties.region AS region, LATEST(CAST(properties.seats AS DECIMAL(20,0))) AS v FROM events WHERE event_type = 'seats' GROUP BY d, u, region) GROUP BY region",
    rows: [
      ['9', 'us'],
      [null, 'eu'],
    ],
  },
  {
    sql: "SELECT MAX(n) AS value FROM (SELECT date_trunc('hour', timestamp) AS h, COUNT(*) AS n FROM events GROUP BY h)",
    rows: [['3']],
  },
  {
    sql: "SELECT PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY CAST(properties.tokens AS DECIMAL(20,2))) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['250.5']],
  },
  {
    sql: "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(properties.tokens AS DECIMAL(20,2))) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['100']],
  },
  {
    sql: "WITH daily AS (SELECT date_trunc('day', timestamp) AS d, SUM(CAST(properties.tokens AS DECIMAL(20,2))) AS s FROM events WHERE event_type = 'api_request' GROUP BY 1) SELECT MAX(s) AS value FROM daily",
    rows: [['357.5']],
  },
  {
    sql: "SELECT COUNT(*) FILTER (WHERE event_type = 'seats') AS value, properties.region AS region FROM events GROUP BY region",
    rows: [
      ['0', null],
      ['1', 'eu'],
      ['3', 'us'],
    ],
  },
  {
    sql: "SELECT SUM(COALESCE(CAST(properties.cost AS DECIMAL(30,10)), 1)) AS value FROM events WHERE event_type = 'api_request'",
    rows: [['1000000000000001.7000000001']],
  },
  {
    sql: "SELECT COUNT(NULLIF(properties.region, 'us')) AS value FROM events",
    rows: [['4']],
  },
  {
    sql: "SELECT SUM(delta) AS value FROM (SELECT CAST(properties.storage_used AS DECIMAL(20,2)) - LAG(CAST(properties.storage_used AS DECIMAL(20,2))) OVER (PARTITION BY properties.user_id ORDER BY timestamp) AS delta FROM events WHERE event_type = 'storage')",
    rows: [['10.5']],
  },
  {
    sql: "SELECT COUNT(DISTINCT properties.user_id || '/' || properties.region) AS value FROM events",
    rows: [['4']],
  },
  {
    sql: 'SELECT COUNT(DISTINCT EXTRACT(HOUR FROM timestamp)) AS value FROM events',
    rows: [['8']],
  },
  {
    sql: "SELECT SUM(properties.tokens::decimal(20,2)) AS value, e.properties.model AS model FROM events e WHERE e.event_type = 'api_request' GROUP BY model",
    rows: [
      ['100', 'c'],
      ['103.5', 'a'],
      ['250.5', 'b'],
    ],
  },
  {
    sql: "SELECT COUNT(*) AS value FROM events WHERE properties.model LIKE '_' AND properties.user_id NOT LIKE 'u3%'",
    rows: [['5']],
  },
  {
    sql: 'SELECT COUNT(*) AS value FROM events WHERE CAST(properties.tokens AS DECIMAL(20,2)) BETWEEN 7 AND 100',
    rows: [['3']],
  },
  {
    sql: "SELECT SUM(u.n * w.s) AS value FROM (SELECT properties.user_id AS id, COUNT(*) AS n FROM events WHERE event_type = 'seats' GROUP BY id) u JOIN (SELECT properties.user_id AS id, SUM(CAST(properties.storage_used AS DECIMAL(20,2))) AS s FROM events WHERE event_type = 'storage' GROUP BY id) w ON u.id = w.id",
    rows: [['218.5']],
  },
  {
    sql: 'SELECT COUNT(*) AS value FROM (SELECT DISTINCT properties.user_id AS u, properties.region AS r FROM events)',
    rows: [['5']],
  },
  {
    sql: "SELECT COUNT(*) AS value, properties.region FROM events WHERE event_type = 'nothing' GROUP BY region",
    rows: [],
  },
]
