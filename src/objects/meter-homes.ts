import { isOwnMeter } from '../core/metering/place.ts'

/** An ingest id, and which of its moves this is about: a later one makes what is said out of date. */
export interface MovedId {
  ingestId: string
  epoch: number
}

/**
 * Under which ingest ids a meter takes events in. An id is at home in one group of meters at a time:
 * before it opens in another one, all members of the former one have closed it.
 */
export class Homes {
  private readonly sql: SqlStorage
  private readonly isOwn: boolean
  /** Ids that moved to or from here; in most meters there are none. */
  private readonly moved = new Map<string, { epoch: number; isOpen: boolean }>()

  constructor(sql: SqlStorage, meterName: string) {
    this.sql = sql
    this.isOwn = isOwnMeter(meterName)
    const rows = sql.exec<{ ingest_id: string; epoch: number; is_open: number }>(
      'SELECT ingest_id, epoch, is_open FROM homes',
    )
    for (const { ingest_id, epoch, is_open } of rows) {
      this.moved.set(ingest_id, { epoch, isOpen: is_open === 1 })
    }
  }

  /** Whether all ids are at home here, because none ever moved. */
  get isAnyHome(): boolean {
    return !this.isOwn && this.moved.size === 0
  }

  isHome(ingestId: string): boolean {
    return this.moved.get(ingestId)?.isOpen ?? !this.isOwn
  }

  /** Of the last move that the meter took part in; 0 when there was none. */
  epochOf(ingestId: string): number {
    return this.moved.get(ingestId)?.epoch ?? 0
  }

  /** Whether this move opened the id here, or a later one has closed it again. */
  isPast({ ingestId, epoch }: MovedId): boolean {
    const known = this.moved.get(ingestId)
    return known !== undefined && (known.epoch > epoch || (known.epoch === epoch && known.isOpen))
  }

  /** Stores where ids are; `remember` follows when the transaction is done. */
  store(ids: MovedId[], isOpen: boolean): void {
    for (const { ingestId, epoch } of ids) {
      this.sql.exec(
        `INSERT INTO homes (ingest_id, epoch, is_open) VALUES (?, ?, ?)
          ON CONFLICT (ingest_id) DO UPDATE SET epoch = excluded.epoch, is_open = excluded.is_open`,
        ingestId,
        epoch,
        isOpen ? 1 : 0,
      )
    }
  }

  remember(ids: MovedId[], isOpen: boolean): void {
    for (const { ingestId, epoch } of ids) this.moved.set(ingestId, { epoch, isOpen })
  }
}
