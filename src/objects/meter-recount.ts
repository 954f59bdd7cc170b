import { dropCells, hourOf } from './meter-cells.ts'
import { timesOf } from './meter-parts.ts'
import type { SuppressedEvent } from './meter-suppression.ts'

/** Drops the cells around these events; chunks up to `lastSeq` will be counted again. */
export function recount(sql: SqlStorage, events: SuppressedEvent[], lastSeq: number): void {
  for (const [idIndex, ofId] of Map.groupBy(events, (event) => event.idIndex)) {
    const { timeMin, timeMax } = timesOf(sql, idIndex, new Set(ofId.map(({ seq }) => seq)))
    sql.exec(
      `INSERT INTO rebuilds (id_index, hour_min, hour_max, last_seq, done) VALUES (?, ?, ?, ?, 0)
        ON CONFLICT (id_index) DO UPDATE SET
          hour_min = min(hour_min, excluded.hour_min), hour_max = max(hour_max, excluded.hour_max),
          last_seq = excluded.last_seq, done = 0`,
      idIndex,
      hourOf(timeMin),
      hourOf(timeMax),
      lastSeq,
    )
    const { hour_min: hourMin, hour_max: hourMax } = sql
      .exec<{ hour_min: number; hour_max: number }>(
        'SELECT hour_min, hour_max FROM rebuilds WHERE id_index = ?',
        idIndex,
      )
      .one()
    dropCells(sql, idIndex, { hourMin, hourMax })
  }
}
