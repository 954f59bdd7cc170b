import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { compileSql } from '../../../src/core/sql/compile-sql.ts'
import { crossCheck } from '../../../src/core/sql/read/cross-check.ts'
import { SqlLimitError } from '../../../src/core/sql/sql-error.ts'
import { countConstructs, everyConstruct } from '../../support/sql/covered-constructs.ts'
import {
  evaluateRunning,
  evaluateSql,
  evaluateSqlNaively,
  linesOf,
  type TextRow,
} from '../../support/sql/evaluate.ts'
import { type PostgresOracle, startPostgres } from '../../support/sql/postgres-oracle.ts'
import type { Query } from '../../support/sql/query-tree.ts'
import { createRandom } from '../../support/sql/random.ts'
import { randomEvents } from '../../support/sql/random-events.ts'
import { randomQuery } from '../../support/sql/random-query.ts'
import { respell } from '../../support/sql/respell.ts'
import { shrinkQuery } from '../../support/sql/shrink-query.ts'
import { writePostgres } from '../../support/sql/write-postgres.ts'
import { writeQuery } from '../../support/sql/write-query.ts'

/**
 * Random queries, each evaluated twice. `SQL_SEEDS=20000 SQL_SEED=5000` takes so many, from that
 * seed on; a difference names its seed and a small query that shows it.
 */
const FIRST_SEED = Number(process.env['SQL_SEED'] ?? 0)
const SEEDS = Number(process.env['SQL_SEEDS'] ?? 2_000)
/** Evaluation by nothing but lists takes long, hence has fewer events. */
const [EVENTS, NAIVE_EVENTS] = [600, 40]
const SEEDS_OF_EVENTS = 250
const SHRINK_STEPS_MAX = 400
const TIMEOUT_MS = Math.max(120_000, SEEDS * 100)

type Evaluate = (query: Query, seed: number) => Promise<TextRow[]> | TextRow[]

let postgres: PostgresOracle

beforeAll(async () => {
  postgres = await startPostgres()
}, 60_000)

afterAll(async () => postgres.close())

test(
  'SQL metrics have the rows that Postgres computes with its exact numbers',
  { timeout: TIMEOUT_MS },
  async () => {
    let compared = 0
    for (const { seed, events, isFresh } of seedsWithEvents(EVENTS)) {
      if (isFresh) await postgres.load(events)
      const own: Evaluate = (query) =>
        evaluateSql(respelled(query, seed), events, createRandom(seed))
      const theirs: Evaluate = (query) => postgres.run(writePostgres(query))
      if (await agree(seed, own, theirs)) compared++
    }
    // The others have a number of more than 100 digits.
    expect(compared).toBeGreaterThan(SEEDS * 0.99)
  },
)

test('SQL metrics have the rows of the naive evaluation', { timeout: TIMEOUT_MS }, async () => {
  let compared = 0
  for (const { seed, events } of seedsWithEvents(NAIVE_EVENTS)) {
    const own: Evaluate = (query) => evaluateSql(writeQuery(query), events, createRandom(seed))
    const theirs: Evaluate = (query) => evaluateSqlNaively(writeQuery(query), events)
    if (await agree(seed, own, theirs)) compared++
  }
  expect(compared).toBeGreaterThan(SEEDS * 0.99)
})

test(
  'a running plan has the rows of a whole run after each window',
  { timeout: TIMEOUT_MS },
  () => {
    const others: object[] = []
    for (const { seed, events } of seedsWithEvents(NAIVE_EVENTS)) {
      const sql = writeQuery(randomQuery(seed))
      for (const { running, whole } of runningRows(sql, events, seed)) {
        if (running.join('\n') !== whole.join('\n')) others.push({ seed, sql, running, whole })
      }
    }
    expect(others).toEqual([])
  },
)

test('an independent parser reads no SQL metric otherwise', { timeout: TIMEOUT_MS }, () => {
  const verdicts = { same: 0, different: 0, unreadable: 0, skipped: 0 }
  const others: string[] = []
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const sql = respelled(randomQuery(seed), seed)
    const compiled = compileSql(sql)
    if (!compiled.ok) throw new Error(`seed ${seed}: ${compiled.error.message}: ${sql}`)
    const { verdict } = crossCheck(sql, compiled.value.tree)
    verdicts[verdict]++
    // Beside + or *, languages do not agree how || binds: parentheses have to say it.
    if (verdict === 'different' && !sql.includes('||')) others.push(sql)
  }
  expect(others).toEqual([])
  // It does not know QUALIFY, RANGE frames, FILTER of our own functions, some types and more.
  expect(verdicts.same).toBeGreaterThan(SEEDS * 0.4)
})

test('random queries have every construct of the language', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 2_000; seed++) countConstructs(randomQuery(seed), counts)
  const rare = everyConstruct().filter((name) => (counts.get(name) ?? 0) < 5)
  expect(rare).toEqual([])
})

test('a query is the same for the same seed', () => {
  expect(writeQuery(randomQuery(7))).toBe(writeQuery(randomQuery(7)))
  expect(randomEvents(7, 5)).toEqual(randomEvents(7, 5))
})

/** In lines; none where a number becomes too long. */
function runningRows(sql: string, events: UsageEvent[], seed: number) {
  try {
    const steps = evaluateRunning(sql, events, createRandom(seed))
    return steps.map(({ running, whole }) => ({ running: linesOf(running), whole: linesOf(whole) }))
  } catch (error) {
    if (error instanceof SqlLimitError && error.limit === 'number') return []
    throw new Error(`seed ${seed}: ${sql}`, { cause: error })
  }
}

function respelled(query: Query, seed: number): string {
  return respell(createRandom(seed), writeQuery(query))
}

/** Each seed, with events that several seeds have in common. */
function* seedsWithEvents(count: number) {
  let events = randomEvents(FIRST_SEED, count)
  for (let place = 0; place < SEEDS; place++) {
    const seed = FIRST_SEED + place
    const isFresh = place % SEEDS_OF_EVENTS === 0
    // Few events show ends and empty groups, many show ties and merging.
    if (isFresh)
      events = randomEvents(seed, place % (2 * SEEDS_OF_EVENTS) === 0 ? count : count / 4)
    yield { seed, events, isFresh }
  }
}

/**
 * Whether both give the same rows; false where a number becomes too long.
 * @throws Error with a small query, where they give other rows
 */
async function agree(seed: number, own: Evaluate, theirs: Evaluate): Promise<boolean> {
  const rowsOf = async (query: Query) => {
    const [ours, others] = [await own(query, seed), await theirs(query, seed)]
    return { ours: linesOf(ours), others: linesOf(others) }
  }
  const query = randomQuery(seed)
  try {
    const { ours, others } = await rowsOf(query)
    if (ours.join('\n') === others.join('\n')) return true
  } catch (error) {
    if (error instanceof SqlLimitError && error.limit === 'number') return false
    throw new Error(`seed ${seed}: ${writeQuery(query)}`, { cause: error })
  }
  const differs = async (smaller: Query) => {
    try {
      const { ours, others } = await rowsOf(smaller)
      return ours.join('\n') !== others.join('\n')
    } catch {
      return false
    }
  }
  const smallest = await shrinkQuery(query, differs, SHRINK_STEPS_MAX)
  const { ours, others } = await rowsOf(smallest)
  expect(ours, `seed ${seed}: ${writeQuery(smallest)}`).toEqual(others)
  throw new Error(`seed ${seed} differs no longer`)
}
