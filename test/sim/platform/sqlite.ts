import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

export type SqlValue = string | number | ArrayBuffer | null
export type SqlRow = Record<string, SqlValue>

export interface SqlOutcome {
  columns: string[]
  rows: SqlValue[][]
  /** Rows that the statement changed. */
  changes: number
  lastRowId: number
}

/** A database in memory that speaks the values of the platform: numbers, texts, buffers and null. */
export class Sqlite {
  private readonly database = new DatabaseSync(':memory:')
  private readonly statements = new Map<string, StatementSync>()

  run(sql: string, params: readonly unknown[]): SqlOutcome {
    const text = sql.trim().replace(/;$/, '')
    if (params.length === 0 && text.includes(';')) {
      this.database.exec(text)
      return { columns: [], rows: [], changes: 0, lastRowId: 0 }
    }
    const statement = this.prepare(text)
    const values = params.map(toInput)
    const columns = statement.columns().map(({ name }) => name)
    if (columns.length === 0) {
      const { changes, lastInsertRowid } = statement.run(...values)
      return { columns, rows: [], changes: Number(changes), lastRowId: Number(lastInsertRowid) }
    }
    const rows = statement.all(...values) as unknown as unknown[][]
    const isWriting = !/^\s*(SELECT|WITH)\b/i.test(text)
    return {
      columns,
      rows: rows.map((row) => row.map(toOutput)),
      changes: isWriting ? rows.length : 0,
      lastRowId: 0,
    }
  }

  exec(sql: string): void {
    this.database.exec(sql)
  }

  private prepare(text: string): StatementSync {
    let statement = this.statements.get(text)
    if (statement === undefined) {
      statement = this.database.prepare(text)
      statement.setReturnArrays(true)
      this.statements.set(text, statement)
    }
    return statement
  }
}

/** A row with its columns' names; of two columns with one name the last is seen. */
export function toObject(columns: readonly string[], row: readonly SqlValue[]): SqlRow {
  return Object.fromEntries(columns.map((name, i) => [name, row[i]!]))
}

function toInput(value: unknown): SQLInputValue {
  if (value === undefined) throw new TypeError('a parameter must not be undefined')
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (typeof value === 'boolean') return Number(value)
  return value as SQLInputValue
}

function toOutput(value: unknown): SqlValue {
  if (!(value instanceof Uint8Array)) return value as SqlValue
  return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer
}
