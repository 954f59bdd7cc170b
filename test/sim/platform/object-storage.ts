import { deserialize, serialize } from 'node:v8'
import { Sqlite, toObject, type SqlRow, type SqlValue } from './sqlite.ts'

/**
 * The storage of one object. All that is written in a turn, which ends when the object waits for
 * anything outside, is one transaction.
 */
export class ObjectStorage {
  private readonly sqlite = new Sqlite()
  private hasTurn = false
  private hasWritten = false
  private savepoints = 0
  private committedAlarm: number | null = null
  private turnsAlarm: number | null = null
  private readonly onTurn: () => void
  private readonly synced: () => Promise<void>

  /**
   * @param onTurn called when a turn begins
   * @param synced resolves once what was written is durable
   */
  constructor(onTurn: () => void, synced: () => Promise<void>) {
    this.onTurn = onTurn
    this.synced = synced
    this.sqlite.exec('CREATE TABLE _values (key TEXT PRIMARY KEY, value BLOB)')
  }

  readonly sql = {
    exec: (sql: string, ...params: unknown[]) => {
      this.beginTurn()
      const { columns, rows, changes } = this.sqlite.run(sql, params)
      if (changes > 0 || columns.length === 0) this.hasWritten = true
      return cursor(columns, rows, changes)
    },
  }

  readonly kv = {
    get: (key: string): unknown => this.readValues('key = ?', key)[0]?.[1],
    list: ({ prefix }: { prefix: string }): [string, unknown][] =>
      this.readValues('substr(key, 1, length(?)) = ?', prefix, prefix),
    put: (key: string, value: unknown): void => {
      const bytes = new Uint8Array(serialize(value))
      this.sql.exec('INSERT OR REPLACE INTO _values VALUES (?, ?)', key, bytes)
    },
    delete: (key: string): void => {
      this.sql.exec('DELETE FROM _values WHERE key = ?', key)
    },
  }

  private readValues(condition: string, ...params: string[]): [string, unknown][] {
    const query = `SELECT key, value FROM _values WHERE ${condition} ORDER BY key`
    return this.run(query, ...params).map(({ key, value }) => [
      key as string,
      deserialize(new Uint8Array(value as ArrayBuffer)),
    ])
  }

  transactionSync<T>(work: () => T): T {
    this.beginTurn()
    this.savepoints += 1
    const name = `s${this.savepoints}`
    this.sqlite.exec(`SAVEPOINT ${name}`)
    try {
      const result = work()
      this.sqlite.exec(`RELEASE ${name}`)
      return result
    } catch (error) {
      this.sqlite.exec(`ROLLBACK TO ${name}; RELEASE ${name}`)
      throw error
    } finally {
      this.savepoints -= 1
    }
  }

  setAlarm(atMs: number): Promise<void> {
    this.beginTurn()
    this.hasWritten = true
    this.turnsAlarm = atMs
    return Promise.resolve()
  }

  sync(): Promise<void> {
    return this.synced()
  }

  get alarm(): number | null {
    return this.committedAlarm
  }

  set alarm(atMs: number | null) {
    this.committedAlarm = atMs
    this.turnsAlarm = atMs
  }

  get isDirty(): boolean {
    return this.hasTurn && this.hasWritten
  }

  endTurn(outcome: 'commit' | 'rollback'): void {
    if (!this.hasTurn) return
    this.sqlite.exec(outcome === 'commit' ? 'COMMIT' : 'ROLLBACK')
    if (outcome === 'commit') this.committedAlarm = this.turnsAlarm
    else this.turnsAlarm = this.committedAlarm
    this.hasTurn = false
    this.hasWritten = false
  }

  /** Reads or damages what is stored, from outside of the object and between its turns. */
  run(sql: string, ...params: unknown[]): SqlRow[] {
    const { columns, rows } = this.sqlite.run(sql, params)
    return rows.map((row) => toObject(columns, row))
  }

  private beginTurn(): void {
    if (this.hasTurn) return
    this.hasTurn = true
    this.sqlite.exec('BEGIN')
    this.onTurn()
  }
}

function cursor(columns: string[], rows: SqlValue[][], changes: number) {
  const objects = () => rows.map((row) => toObject(columns, row))
  return {
    columnNames: columns,
    rowsWritten: changes,
    rowsRead: rows.length,
    toArray: objects,
    one: () => {
      if (rows.length !== 1) throw new Error(`Expected exactly one result, but got ${rows.length}`)
      return objects()[0]!
    },
    raw: () => rows[Symbol.iterator](),
    [Symbol.iterator]: () => objects()[Symbol.iterator](),
  }
}
