/**
 * What of the spec's reject list (section 5.3) the parser refuses, with the code and place that the
 * spec gives; what the binder refuses is in `compile-sql.test.ts`.
 */
export const REJECTED_TEXTS: [refusal: string, sql: string][] = [
  ['syntax 1:1', ''],
  ['syntax 1:7', 'SELECT'],
  ['unsupported 1:8', 'SELECT * FROM events'],
  ['forbidden 1:39', 'SELECT COUNT(*) AS value FROM events; DROP TABLE events'],
  ['forbidden 1:1', 'DROP TABLE events'],
  ['forbidden 1:1', 'INSERT INTO events VALUES (1)'],
  ['forbidden 1:1', 'PRAGMA table_list'],
  ['forbidden 1:1', 'EXPLAIN SELECT COUNT(*) AS value FROM events'],
  [
    'unsupported 1:6',
    'WITH RECURSIVE r AS (SELECT 1 AS n FROM events UNION ALL SELECT n + 1 FROM r) SELECT SUM(n) AS value FROM r',
  ],
  ['unsupported 1:37', 'SELECT COUNT(*) AS value FROM events, events'],
  ['syntax 1:57', 'SELECT COUNT(*) AS value FROM events WHERE event_type = ?'],
  ['syntax 1:57', 'SELECT COUNT(*) AS value FROM events WHERE event_type = :p'],
  ['syntax 1:57', 'SELECT COUNT(*) AS value FROM events WHERE event_type = @x'],
  ['syntax 1:38', 'SELECT COUNT(*) AS value FROM events // WHERE 1'],
  ['syntax 1:57', 'SELECT COUNT(*) AS value FROM events WHERE event_type = ‘api’'],
  ['syntax 1:26', 'SELECT COUNT(*) AS value /* c FROM events'],
  ['unsupported 1:9', 'SELECT (SELECT COUNT(*) FROM events) AS value FROM events'],
  [
    'unsupported 1:46',
    'SELECT COUNT(*) AS value FROM events e WHERE EXISTS (SELECT 1 FROM events)',
  ],
  ['unsupported 1:57', "SELECT COUNT(*) AS value FROM events WHERE properties.x ILIKE 'a%'"],
  ['syntax 1:62', 'SELECT COUNT(*) AS value FROM events WHERE properties.x LIKE properties.y'],
  ['unsupported 1:49', 'SELECT COUNT(*) AS value FROM events ORDER BY 1 OFFSET 3'],
  ['unsupported 1:31', 'SELECT 1 AS value FROM events UNION SELECT 2 AS value FROM events'],
  ['syntax 1:12', 'SELECT SUM(12abc) AS value FROM events'],
  ['bad_literal 1:12', 'SELECT SUM(1e999) AS value FROM events'],
  [
    'unsupported 1:64',
    "SELECT COUNT(*) AS value FROM events WHERE timestamp > NOW() - INTERVAL '1 day'",
  ],
  ['unsupported 1:38', 'SELECT COUNT(*) AS value FROM events TABLESAMPLE BERNOULLI (10)'],
]
