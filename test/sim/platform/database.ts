import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultRates } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { Sqlite, toObject, type SqlOutcome, type SqlRow } from './sqlite.ts'

const PARAMS_MAX = 100

interface Bound {
  sql: string
  params: readonly unknown[]
}

/** The shared database: each statement, or batch of them, is a transaction, done in one step. */
export class Database {
  private readonly sqlite = new Sqlite()
  private readonly world: {
    scheduler: Scheduler
    random: Random
    faults: () => FaultRates
  }

  constructor(world: Database['world']) {
    this.world = world
    for (const name of readdirSync('migrations').sort()) {
      if (name.endsWith('.sql')) this.sqlite.exec(readFileSync(join('migrations', name), 'utf8'))
    }
  }

  prepare(sql: string): unknown {
    return this.statement({ sql, params: [] })
  }

  async batch(statements: { bound: Bound }[]): Promise<unknown[]> {
    const bounds = statements.map(({ bound }) => bound)
    const outcomes = await this.ask(bounds)
    return outcomes.map(toResult)
  }

  /** Reads or changes rows from outside, at once. */
  run(sql: string, ...params: unknown[]): SqlRow[] {
    const { columns, rows } = this.sqlite.run(sql, params)
    return rows.map((row) => toObject(columns, row))
  }

  private statement(bound: Bound): unknown {
    const one = async () => (await this.ask([bound]))[0]!
    return {
      bound,
      bind: (...params: unknown[]) => this.statement({ sql: bound.sql, params }),
      all: async () => toResult(await one()),
      run: async () => toResult(await one()),
      first: async () => toResult(await one()).results[0] ?? null,
      raw: async () => (await one()).rows,
    }
  }

  private async ask(bounds: readonly Bound[]): Promise<SqlOutcome[]> {
    const { scheduler, random, faults } = this.world
    const label = `D1 ${bounds.map(({ sql }) => sql.slice(0, 60)).join('; ')}`
    const answer = await scheduler.io(label, () => {
      if (random.chance(faults().databaseFails))
        throw new Error('D1_ERROR: Network connection lost.')
      return this.transact(bounds)
    })
    if (random.chance(faults().databaseAnswerLost)) {
      throw new Error('D1_ERROR: Network connection lost.')
    }
    return answer
  }

  private transact(bounds: readonly Bound[]): SqlOutcome[] {
    this.sqlite.exec('BEGIN')
    try {
      const outcomes = bounds.map(({ sql, params }) => {
        if (params.length > PARAMS_MAX) throw new Error('too many SQL variables')
        return this.sqlite.run(sql, params)
      })
      this.sqlite.exec('COMMIT')
      return outcomes
    } catch (error) {
      this.sqlite.exec('ROLLBACK')
      throw new Error(`D1_ERROR: ${(error as Error).message}`, { cause: error })
    }
  }
}

function toResult({ columns, rows, changes, lastRowId }: SqlOutcome) {
  return {
    success: true,
    results: rows.map((row) => toObject(columns, row)),
    meta: { changes, last_row_id: lastRowId, rows_written: changes, rows_read: rows.length },
  }
}
