import type { Simulation } from '../simulation.ts'
import type { ObjectStorage } from '../platform/object-storage.ts'

/** Something that is wrong in storage, from some day on. */
export interface Damage {
  name: string
  /** False where there is nothing yet that it could be done to. */
  apply: (simulation: Simulation) => boolean
}

export const DAMAGES: Damage[] = [
  {
    name: 'a chunk of the log is gone',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    DELETE FROM chunks WHERE seq = (SELECT max(seq) FROM chunks) RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a chunk is in the log twice',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    INSERT INTO chunks SELECT seq + 1, count, time_min, time_max, accepted_at_max, accepted_runs,
      checksum, hashes, id_indexes, body FROM chunks ORDER BY seq DESC LIMIT 1 RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a byte of a chunk is another',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    UPDATE chunks SET body = CAST(substr(body, 1, length(body) - 9) || x'00' || substr(body, -8) AS BLOB)
    WHERE seq = (SELECT max(seq) FROM chunks) RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a byte of a sealed segment is another',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    UPDATE segments SET body = CAST(substr(body, 1, length(body) - 1) || x'5a' AS BLOB) RETURNING 1`,
      ),
    ),
  },
  {
    name: 'an aggregate is doubled',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    UPDATE cells SET state = CAST(2 * state AS TEXT) WHERE rowid_of(state) RETURNING 1`.replace(
          'rowid_of(state)',
          "state GLOB '[1-9]' AND family = 0",
        ),
      ),
    ),
  },
  {
    name: 'an aggregate is gone',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    DELETE FROM cells WHERE family = 0 AND (metric_index, id_index, hour) IN
      (SELECT metric_index, id_index, hour FROM cells WHERE family = 0 AND state <> '' LIMIT 1) RETURNING 1`,
      ),
    ),
  },
  {
    name: 'the checkpoint is stale',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    UPDATE meta SET value = CAST(value - 1 AS TEXT) WHERE key = 'checkpoint' AND value > 1
      AND EXISTS (SELECT 1 FROM chunks WHERE seq = value) RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a value of UNIQUE is there once more',
    apply: inMeter((sql) =>
      changed(
        sql,
        `
    INSERT INTO cell_values SELECT metric_index, id_index, family, hour, group_text, '"nobody"'
    FROM cell_values LIMIT 1 RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a draw of a final invoice is gone',
    apply: inAccount((sql) =>
      changed(
        sql,
        `
    DELETE FROM draws WHERE sequence = (SELECT max(sequence) FROM draws) RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a draw of a final invoice is there twice',
    apply: inAccount((sql) =>
      changed(
        sql,
        `
    INSERT INTO draws (invoice_id, kind, balance_id, segment_id, seat_id, amount, at, posted_at)
    SELECT invoice_id, kind, balance_id, segment_id, seat_id, amount, at, posted_at FROM draws
    WHERE amount <> '0' LIMIT 1 RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a total of a final invoice is another',
    apply: inAccount((sql) =>
      changed(
        sql,
        `
    UPDATE invoice_pieces SET bytes = CAST(replace(CAST(bytes AS TEXT), '"total":"', '"total":"1') AS BLOB)
    WHERE instr(CAST(bytes AS TEXT), '"total":"') > 0 RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a final invoice is gone',
    apply: inAccount((sql) =>
      changed(
        sql,
        `
    DELETE FROM invoices WHERE type = 'USAGE' AND status = 'FINALIZED' RETURNING 1`,
      ),
    ),
  },
  {
    name: 'a rate of the card is gone',
    apply: ({ world }) =>
      world.database.run(
        'DELETE FROM rates WHERE sequence = (SELECT min(sequence) FROM rates) RETURNING 1',
      ).length > 0,
  },
]

function changed(storage: ObjectStorage, sql: string): boolean {
  return storage.run(sql).length > 0
}

function inMeter(apply: (storage: ObjectStorage) => boolean) {
  return ({ world: { meters } }: Simulation) => meters.damage(apply)
}

function inAccount(apply: (storage: ObjectStorage) => boolean) {
  return ({ world: { accounts } }: Simulation) => accounts.damage(apply)
}
