import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { BenchQuery } from './queries.ts'

/** A result's quantities, by the values of its keys as JSON. */
export type Answer = Map<string, string | null>

export interface DuckdbRun {
  ms: number
  cpuMs: number
  answer: Answer
}

export interface Duckdb {
  /** Reads the lines and runs the query on them. */
  runOnLines(query: BenchQuery): Promise<DuckdbRun>
  /** The same on a table of them, with the properties as JSON text. */
  runOnTable(query: BenchQuery): Promise<DuckdbRun>
  close(): void
}

/** DuckDB in one thread over events as JSON lines. */
export async function openDuckdb(path: string): Promise<Duckdb> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const columns =
    "{transaction_id: 'VARCHAR', event_type: 'VARCHAR', timestamp: 'TIMESTAMP', properties: 'JSON'}"
  const lines = `read_json('${path}', format = 'newline_delimited', columns = ${columns})`
  await connection.run('SET threads TO 1')
  await connection.run(`CREATE TABLE loaded AS FROM ${lines}`)
  return {
    runOnLines: (query) => run(connection, query, lines),
    runOnTable: (query) => run(connection, query, 'loaded'),
    close: () => instance.closeSync(),
  }
}

async function run(
  connection: DuckDBConnection,
  { duckdb, keys }: BenchQuery,
  source: string,
): Promise<DuckdbRun> {
  const names = ['value', ...keys]
  const texts = names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ')
  const query = `WITH events AS (FROM ${source}), result(${names.join(', ')}) AS (${duckdb})
    SELECT ${texts} FROM result`
  const start = performance.now()
  const cpu = process.cpuUsage()
  const reader = await connection.runAndReadAll(query)
  const { user, system } = process.cpuUsage(cpu)
  const ms = performance.now() - start
  const rows = reader.getRows() as (string | null)[][]
  const answer = new Map(rows.map(([value = null, ...group]) => [JSON.stringify(group), value]))
  return { ms, cpuMs: (user + system) / 1_000, answer }
}
