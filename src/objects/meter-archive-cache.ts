import type { Block } from './meter-blocks.ts'
import type { LoggedIds } from './meter-parts.ts'

/** The latest blocks that were brought from the archive stay in memory, up to so many bytes. */
const CACHED_BYTES_MAX = 32 * 1024 * 1024

/** Thrown by a synchronous read of what is in the archive: `withArchive` brings it. */
export class ArchivedError extends Error {
  readonly block: Block
  /** The ingest ids whose ids are asked for; null for all of the block. */
  readonly wanted: ReadonlySet<number> | null

  constructor(block: Block, wanted: ReadonlySet<number> | null) {
    super(`The block up to chunk ${block.lastSeq} is in the archive.`)
    this.block = block
    this.wanted = wanted
  }
}

/** What was brought from the archive. Blocks there never change, so it is never out of date. */
export class ArchiveCache {
  /** By archive key, the one used last at the end. */
  private readonly bodies = new Map<string, Uint8Array>()
  private bytes = 0
  private readonly ids = new Map<string, LoggedIds[]>()

  /** The segments of an archived block. */
  bodyOf(block: Block): Uint8Array {
    const key = block.archiveKey ?? ''
    const body = this.bodies.get(key)
    if (body === undefined) throw new ArchivedError(block, null)
    this.bodies.delete(key)
    this.bodies.set(key, body)
    return body
  }

  keepBody({ archiveKey }: Block, body: Uint8Array): void {
    const key = archiveKey ?? ''
    if (this.bodies.has(key)) return
    this.bodies.set(key, body)
    this.bytes += body.byteLength
    for (const [oldest, { byteLength }] of this.bodies) {
      if (this.bytes <= CACHED_BYTES_MAX || oldest === key) break
      this.bodies.delete(oldest)
      this.bytes -= byteLength
    }
  }

  /** The ids of an archived block's events under these ingest ids. */
  idsOf(block: Block, wanted: ReadonlySet<number>): LoggedIds[] {
    const ids = this.ids.get(idsKey(block, wanted))
    if (ids === undefined) throw new ArchivedError(block, wanted)
    return ids
  }

  /** Kept until `forgetIds`: whoever needs the ids of one block needs those of all. */
  keepIds(block: Block, wanted: ReadonlySet<number>, ids: LoggedIds[]): void {
    this.ids.set(idsKey(block, wanted), ids)
  }

  forgetIds(): void {
    this.ids.clear()
  }
}

function idsKey({ archiveKey }: Block, wanted: ReadonlySet<number>): string {
  return `${archiveKey}:${[...wanted].sort((a, b) => a - b).join()}`
}
