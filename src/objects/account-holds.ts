import type { Hold, HoldState } from '../core/gate/hold.ts'
import { DAY_MS } from '../core/time.ts'

/** A hold as it is kept, with what was answered to whoever asked for it. */
export interface StoredHold extends Hold {
  /** JSON text. */
  answer: string
  /** What was answered to its settling; JSON text, null until then. */
  settlement: string | null
}

/** After its end a hold is known for so long: what was used under it can still be settled. */
export const HOLD_KEPT_MS = 7 * DAY_MS

type HoldRow = {
  id: string
  state: HoldState
  created_at: number
  expires_at: number
  events: string
  answer: string
  settlement: string | null
}

function fromRow({ created_at, expires_at, ...row }: HoldRow): StoredHold {
  return { ...row, createdAt: created_at, expiresAt: expires_at }
}

export function insertHold(sql: SqlStorage, hold: StoredHold): void {
  const { id, state, createdAt, expiresAt, events, answer } = hold
  sql.exec(
    'INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, NULL)',
    id,
    state,
    createdAt,
    expiresAt,
    events,
    answer,
  )
}

export function findHold(sql: SqlStorage, id: string): StoredHold | null {
  const row = sql.exec<HoldRow>('SELECT * FROM holds WHERE id = ?', id).toArray()[0]
  return row === undefined ? null : fromRow(row)
}

/** Writes what a hold has come to. */
export function updateHold(sql: SqlStorage, { id, state, events, settlement }: StoredHold): void {
  sql.exec(
    'UPDATE holds SET state = ?, events = ?, settlement = ? WHERE id = ?',
    state,
    events,
    settlement,
    id,
  )
}

/** The ids of the holds that are kept free at an instant, in the order in which they were made. */
export function listActiveHolds(sql: SqlStorage, now: number): Pick<StoredHold, 'id' | 'state'>[] {
  return sql
    .exec<Pick<HoldRow, 'id' | 'state' | 'created_at'>>(
      `SELECT id, state, created_at FROM holds WHERE state = 'SETTLING'
      UNION ALL
      SELECT id, state, created_at FROM holds WHERE state = 'HELD' AND expires_at > ?
      ORDER BY created_at, id`,
      now,
    )
    .toArray()
}

/** The holds whose settling has begun and not ended. */
export function listSettlingHolds(sql: SqlStorage): StoredHold[] {
  return sql.exec<HoldRow>(`SELECT * FROM holds WHERE state = 'SETTLING'`).toArray().map(fromRow)
}

/** Forgets holds that ended long ago. */
export function forgetHolds(sql: SqlStorage, now: number): void {
  sql.exec(
    `DELETE FROM holds WHERE state IN ('HELD', 'SETTLED', 'RELEASED') AND expires_at < ?`,
    now - HOLD_KEPT_MS,
  )
}
