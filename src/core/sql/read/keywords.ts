/**
 * Words that cannot be a name, unless quoted or after a dot: else a clause that is missing or
 * misplaced would be taken as an alias.
 */
const RESERVED = words(
  'SELECT FROM WHERE GROUP HAVING ORDER LIMIT OFFSET UNION INTERSECT EXCEPT ON JOIN LEFT RIGHT FULL',
  'INNER CROSS OUTER NATURAL USING AND OR NOT CASE WHEN THEN ELSE END AS IN IS BETWEEN LIKE ILIKE',
  'NULL TRUE FALSE DISTINCT WITH QUALIFY WINDOW BY ASC DESC ALL EXISTS ANY SOME LATERAL INTO FOR',
  'FETCH TABLESAMPLE COLLATE ISNULL NOTNULL SIMILAR REGEXP RLIKE GLOB DIV XOR',
)
/** What begins a statement that is none of ours. */
const STATEMENTS = words(
  'INSERT UPDATE DELETE DROP CREATE ALTER ATTACH DETACH PRAGMA COPY GRANT REVOKE CALL EXEC EXECUTE',
  'SET RESET TRUNCATE MERGE VACUUM ANALYZE REINDEX LOAD INSTALL EXPLAIN DESCRIBE SHOW USE BEGIN',
  'START COMMIT ROLLBACK SAVEPOINT RELEASE REPLACE DECLARE DO LOCK',
)
/** Bare words that ask for the time or the session. */
const AMBIENT = words(
  'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_USER SESSION_USER',
  'SYSTEM_USER CURRENT_ROLE CURRENT_CATALOG CURRENT_SCHEMA',
)
/** Operators of other dialects that would stand where a comparison does. */
const STRANGE_OPERATORS = new Map([
  ['ILIKE', 'use LIKE'],
  ['SIMILAR', 'use LIKE'],
  ['REGEXP', 'use LIKE'],
  ['RLIKE', 'use LIKE'],
  ['GLOB', 'use LIKE'],
  ['ISNULL', 'use IS NULL'],
  ['NOTNULL', 'use IS NOT NULL'],
  ['XOR', 'use != between two conditions'],
  ['DIV', 'use FLOOR(a / b)'],
  ['COLLATE', 'text is compared by code point'],
])

/** `word` in capitals, here and below. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word)
}

export function isStatement(word: string): boolean {
  return STATEMENTS.has(word)
}

export function isAmbient(word: string): boolean {
  return AMBIENT.has(word)
}

/** What to write instead of an operator of another dialect; undefined for any other word. */
export function hintOfOperator(word: string): string | undefined {
  return STRANGE_OPERATORS.get(word)
}

function words(...lines: string[]): Set<string> {
  return new Set(lines.join(' ').split(' '))
}
