import type { ObjectMigration } from './migrate.ts'

export const METER_MIGRATIONS: ObjectMigration[] = [
  {
    id: 1,
    sql: `
      -- Single values: environment_id, config_version, checkpoint, dedupe_lifetime_ms.
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

      -- Ingest ids under which events came, and those that customers hold.
      CREATE TABLE ingest_ids (
        id_index INTEGER PRIMARY KEY,
        ingest_id TEXT NOT NULL UNIQUE,
        customer_id TEXT,
        accepted INTEGER NOT NULL DEFAULT 0
      );
      CREATE INDEX ingest_ids_customer ON ingest_ids (customer_id) WHERE customer_id IS NOT NULL;

      -- The log. Blobs come last, so that scans over the other columns do not read them.
      CREATE TABLE chunks (
        seq INTEGER PRIMARY KEY,
        count INTEGER NOT NULL,
        time_min INTEGER NOT NULL,
        time_max INTEGER NOT NULL,
        accepted_at_max INTEGER NOT NULL,
        accepted_runs TEXT NOT NULL,
        checksum BLOB NOT NULL,
        hashes BLOB NOT NULL,
        id_indexes BLOB NOT NULL,
        body BLOB NOT NULL
      );

      -- A metric counts the chunks up to backfilled_to, and those after learnt_at.
      CREATE TABLE metrics (
        metric_index INTEGER PRIMARY KEY,
        metric_id TEXT NOT NULL UNIQUE,
        definition TEXT NOT NULL,
        learnt_at INTEGER NOT NULL,
        backfilled_to INTEGER NOT NULL
      );

      -- Aggregates of the chunks up to the checkpoint. UNIQUE keeps a row for each value instead.
      CREATE TABLE cells (
        metric_index INTEGER NOT NULL,
        id_index INTEGER NOT NULL,
        family INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        group_text TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (metric_index, id_index, family, hour, group_text)
      ) WITHOUT ROWID;
      CREATE TABLE cell_values (
        metric_index INTEGER NOT NULL,
        id_index INTEGER NOT NULL,
        family INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        group_text TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (metric_index, id_index, family, hour, group_text, value)
      ) WITHOUT ROWID;

      -- Accepted events that do not count, because an alias made them duplicates.
      CREATE TABLE suppressed (
        seq INTEGER NOT NULL,
        event_index INTEGER NOT NULL,
        id_index INTEGER NOT NULL,
        PRIMARY KEY (seq, event_index)
      ) WITHOUT ROWID;
      CREATE INDEX suppressed_id ON suppressed (id_index);

      -- Cells that were dropped and are being made again from chunks done + 1 to last_seq.
      CREATE TABLE rebuilds (
        id_index INTEGER PRIMARY KEY,
        hour_min INTEGER NOT NULL,
        hour_max INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        done INTEGER NOT NULL
      );

      -- Rows of many; the *_before are the sums over all earlier rows, dropped ones included.
      CREATE TABLE duplicates (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        count INTEGER NOT NULL,
        count_before INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        bytes_before INTEGER NOT NULL,
        received_at_max INTEGER NOT NULL,
        hashes BLOB NOT NULL,
        body BLOB NOT NULL
      );

      CREATE TABLE quarantine (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        received_at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        ingest_id TEXT,
        transaction_id TEXT,
        raw TEXT NOT NULL
      );
    `,
  },
  {
    id: 2,
    sql: `
      -- The rejected events of one ingest id, which are bounded on their own.
      CREATE INDEX quarantine_ingest_id ON quarantine (ingest_id);
    `,
  },
  {
    id: 3,
    sql: `
      -- The ids of chunks up to meta's dedupe_cold_seq, sorted, in runs (README of core/metering).
      -- A run is being made of other runs (building), in use (live), or being deleted (dropped).
      -- Seconds are those of acceptance. The fence is the first key of each page.
      CREATE TABLE dedupe_runs (
        run_id INTEGER PRIMARY KEY AUTOINCREMENT,
        state TEXT NOT NULL,
        level INTEGER NOT NULL,
        count INTEGER NOT NULL,
        accepted_min INTEGER NOT NULL,
        accepted_max INTEGER NOT NULL,
        filter_blocks INTEGER NOT NULL,
        merged_runs TEXT NOT NULL,
        merged_up_to BLOB,
        fence BLOB NOT NULL
      );

      -- Ids are run_id * 2^20 + the number of the page, or of the part of the filter.
      CREATE TABLE dedupe_pages (page_id INTEGER PRIMARY KEY, words BLOB NOT NULL);
      CREATE TABLE dedupe_filters (part_id INTEGER PRIMARY KEY, words BLOB NOT NULL);
    `,
  },
  {
    id: 4,
    sql: `
      -- The sealed part of the log: each block takes the place of the chunks first_seq to last_seq,
      -- without gaps from the first chunk on. log_checksum is that of the last chunk.
      CREATE TABLE blocks (
        last_seq INTEGER PRIMARY KEY,
        first_seq INTEGER NOT NULL,
        count INTEGER NOT NULL,
        units INTEGER NOT NULL,
        time_min INTEGER NOT NULL,
        time_max INTEGER NOT NULL,
        accepted_at_max INTEGER NOT NULL,
        archive_key TEXT,
        log_checksum BLOB NOT NULL,
        checksum BLOB NOT NULL,
        directory TEXT NOT NULL
      );

      CREATE INDEX blocks_local ON blocks (last_seq) WHERE archive_key IS NULL;

      -- The segments of the blocks that are not in the archive, numbered from 0.
      CREATE TABLE segments (
        last_seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (last_seq, number)
      ) WITHOUT ROWID;
    `,
  },
  {
    id: 5,
    sql: `
      -- Whether events under an ingest id are taken in here, since its last move. Ids without a row
      -- never moved: they are at home in shared meters.
      CREATE TABLE homes (
        ingest_id TEXT PRIMARY KEY,
        epoch INTEGER NOT NULL,
        is_open INTEGER NOT NULL
      ) WITHOUT ROWID;

      -- Which events other meters (origins) have under ids that moved here, as told page by page
      -- by the members of their former home.
      CREATE TABLE adopted (
        id INTEGER PRIMARY KEY,
        id_index INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        member TEXT NOT NULL,
        page INTEGER NOT NULL,
        origin TEXT NOT NULL,
        count INTEGER NOT NULL,
        accepted_at_max INTEGER NOT NULL,
        places TEXT NOT NULL,
        hashes BLOB NOT NULL,
        UNIQUE (id_index, epoch, member, page, origin)
      );
      CREATE INDEX adopted_origin ON adopted (origin);
      ALTER TABLE ingest_ids ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;

      -- Which of those events do not count, as decided here, and the origins still to be told.
      CREATE TABLE verdicts (
        origin TEXT NOT NULL,
        seq INTEGER NOT NULL,
        event_index INTEGER NOT NULL,
        id_index INTEGER NOT NULL,
        PRIMARY KEY (origin, seq, event_index)
      ) WITHOUT ROWID;
      CREATE INDEX verdicts_id ON verdicts (id_index);
      CREATE TABLE untold (origin TEXT PRIMARY KEY) WITHOUT ROWID;

      -- Who told that an event does not count; null where this meter decided it.
      ALTER TABLE suppressed ADD COLUMN teller TEXT;

      -- What this meter was told last of an id that moved away, by whom.
      CREATE TABLE told (
        ingest_id TEXT NOT NULL,
        member TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        version INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (ingest_id, member)
      ) WITHOUT ROWID;
    `,
  },
  {
    id: 6,
    sql: `
      -- How many events a block has by hour, ingest id and type, as was counted for a question: what
      -- was asked of metrics, which of the block's events do not count. It is counted again if lost.
      CREATE TABLE volumes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        question TEXT NOT NULL,
        last_seq INTEGER NOT NULL,
        suppressed TEXT NOT NULL,
        entries BLOB NOT NULL,
        UNIQUE (question, last_seq)
      );
    `,
  },
]
