/** An ingest id as the meter knows it. */
export interface IngestIdEntry {
  /** Its short name within the meter; never changes. */
  index: number
  ingestId: string
  /** Who holds it now; null while it is unknown. */
  customerId: string | null
  /** How many events were accepted under it here. */
  accepted: number
  /** How many events under it are known of in other meters. */
  adopted: number
  /** What `activeWith` found, and when: it is so until the ids that are active change. */
  active?: { indexes: number[]; version: number }
}

type EntryRow = {
  id_index: number
  ingest_id: string
  customer_id: string | null
  accepted: number
  adopted: number
}

// Entries are read again when needed; the bound only keeps memory flat in large environments.
const CACHED_MAX = 50_000

/** The ingest ids of a meter, read as needed. */
export class IngestIds {
  private readonly sql: SqlStorage
  private readonly entries = new Map<string, IngestIdEntry>()
  private readonly activeOf = new Map<string, number[]>()
  /** Events accepted since the checkpoint, by index: stored counts stop there, as stored cells do. */
  private readonly added = new Map<number, number>()
  private activeVersion = 0

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  find(ingestId: string): IngestIdEntry | null {
    const cached = this.entries.get(ingestId)
    if (cached !== undefined) return cached
    const row = this.sql
      .exec<EntryRow>('SELECT * FROM ingest_ids WHERE ingest_id = ?', ingestId)
      .toArray()[0]
    if (row === undefined) return null
    const entry = toEntry(row)
    entry.accepted += this.added.get(entry.index) ?? 0
    return this.remember(entry)
  }

  findOrAdd(ingestId: string): IngestIdEntry {
    const found = this.find(ingestId)
    if (found !== null) return found
    const { id_index: index } = this.sql
      .exec<{ id_index: number }>(
        'INSERT INTO ingest_ids (ingest_id) VALUES (?) RETURNING id_index',
        ingestId,
      )
      .one()
    return this.remember({ index, ingestId, customerId: null, accepted: 0, adopted: 0 })
  }

  /** The indexes under which an event of this id's customer may have been accepted already. */
  activeWith(entry: IngestIdEntry): number[] {
    if (entry.active?.version === this.activeVersion) return entry.active.indexes
    const own = entry.accepted + entry.adopted > 0 ? [entry.index] : []
    const indexes = entry.customerId === null ? own : this.active(entry.customerId)
    entry.active = { indexes, version: this.activeVersion }
    return indexes
  }

  /** The indexes of a customer's ingest ids under which events were accepted, here or elsewhere. */
  active(customerId: string): number[] {
    let indexes = this.activeOf.get(customerId)
    if (indexes === undefined) {
      indexes = this.sql
        .exec<{ id_index: number; known: number }>(
          'SELECT id_index, accepted + adopted AS known FROM ingest_ids WHERE customer_id = ? ORDER BY id_index',
          customerId,
        )
        .toArray()
        .filter((row) => row.known > 0 || this.added.has(row.id_index))
        .map((row) => row.id_index)
      this.activeOf.set(customerId, indexes)
    }
    return indexes
  }

  /** Counts accepted events that are in the log now. */
  addAccepted(entry: IngestIdEntry, count: number): void {
    if (entry.accepted === 0) {
      this.activeVersion++
      if (entry.customerId !== null) this.activeOf.delete(entry.customerId)
    }
    entry.accepted += count
    this.addLogged(entry.index, count)
  }

  /** Counts events of the log after the checkpoint, before any id was looked up. */
  addLogged(index: number, count: number): void {
    this.added.set(index, (this.added.get(index) ?? 0) + count)
  }

  /** How many events were accepted under all ids. */
  totalAccepted(): number {
    const { stored } = this.sql
      .exec<{ stored: number }>('SELECT coalesce(sum(accepted), 0) AS stored FROM ingest_ids')
      .one()
    return [...this.added.values()].reduce((total, count) => total + count, stored)
  }

  /** Stores the counts. Belongs into the transaction of a checkpoint; `forgetAdded` follows it. */
  storeAccepted(): void {
    // One statement for all ids: there may be thousands.
    this.sql.exec(
      `UPDATE ingest_ids SET accepted = accepted + added.value ->> 1
        FROM json_each(?) AS added WHERE id_index = added.value ->> 0`,
      JSON.stringify([...this.added]),
    )
  }

  forgetAdded(): void {
    this.added.clear()
  }

  /** To be called between units of work only: entries that are in use keep their counts. */
  trim(): void {
    if (this.entries.size <= CACHED_MAX && this.activeOf.size <= CACHED_MAX) return
    this.entries.clear()
    this.activeOf.clear()
    this.activeVersion++
  }

  /** Forgets what changes of holders have made out of date. The ids were looked up before. */
  forget(changes: Iterable<{ ingestId: string; customerId: string | null }>): void {
    this.activeVersion++
    for (const { ingestId, customerId } of changes) {
      this.activeOf.delete(this.entries.get(ingestId)?.customerId ?? '')
      this.activeOf.delete(customerId ?? '')
      this.entries.delete(ingestId)
    }
  }

  private remember(entry: IngestIdEntry): IngestIdEntry {
    this.entries.set(entry.ingestId, entry)
    return entry
  }
}

/** All ids of these customers with events, by what the last checkpoint stored. */
export function readActiveEntries(sql: SqlStorage, customerIds: Iterable<string>): IngestIdEntry[] {
  const query = `
    SELECT * FROM ingest_ids
    WHERE customer_id IN (SELECT value FROM json_each(?)) AND accepted + adopted > 0 ORDER BY id_index`
  return sql
    .exec<EntryRow>(query, JSON.stringify([...customerIds]))
    .toArray()
    .map(toEntry)
}

/** These ids, as far as the meter knows them, by what the last checkpoint stored. */
export function readEntries(sql: SqlStorage, ingestIds: string[]): IngestIdEntry[] {
  return sql
    .exec<EntryRow>(
      'SELECT * FROM ingest_ids WHERE ingest_id IN (SELECT value FROM json_each(?)) ORDER BY id_index',
      JSON.stringify(ingestIds),
    )
    .toArray()
    .map(toEntry)
}

function toEntry(row: EntryRow): IngestIdEntry {
  return {
    index: row.id_index,
    ingestId: row.ingest_id,
    customerId: row.customer_id,
    accepted: row.accepted,
    adopted: row.adopted,
  }
}
