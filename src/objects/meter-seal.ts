import type { EncodedSegment } from '../core/metering/block.ts'
import { assert } from '../core/result.ts'
import { BlockDraft } from './meter-block-draft.ts'
import {
  blockChecksum,
  deleteBlock,
  insertBlock,
  readBlockBefore,
  readLastBlock,
  scanBlocks,
  sha256Hex,
  type Block,
} from './meter-blocks.ts'
import { moveSlice } from './meter-dedupe-upkeep.ts'
import type { MeterMemory } from './meter-memory.ts'
import { SEAL_POLICY, type SealPolicy } from './meter-seal-plan.ts'
import { isUpkeepDue } from './meter-upkeep.ts'

/**
 * Seals the oldest chunks: writes them as a block, in the place of the rows of `chunks`. Small
 * blocks before it are taken in, each only into one of twice its size at least, so that an event is
 * rewritten a bounded number of times. The work is done in turns between which other calls come;
 * storage changes at its end, in one transaction, so that a crash loses nothing and repeats nothing.
 * @param isCurrent false once this memory has been given up
 * @returns whether a block was written: not where nothing waits, or configuration changed meanwhile
 */
export async function sealBlock(
  memory: MeterMemory,
  isCurrent: () => boolean,
  policy = SEAL_POLICY,
): Promise<boolean> {
  const draft = new BlockDraft(memory)
  // Dedupe finds the ids of chunks by their hashes, and sealed events have none.
  while (!moveSlice(memory, draft.upTo)) await scheduler.wait(0)
  while (draft.count < policy.blockEvents && draft.units < policy.blockUnits) {
    const isMore = draft.takeChunks(policy)
    if (!isMore) break
    await scheduler.wait(0)
  }
  if (draft.count === 0) return false
  for (const block of absorbable(memory.sql, draft, policy)) {
    for (let number = 0; number < block.directory.length; number++) {
      draft.takeSegment(block, number)
      await scheduler.wait(0)
    }
    draft.takeBlock(block)
  }
  const segments: EncodedSegment[] = []
  const encoding = draft.encode(policy)
  await scheduler.wait(0)
  for (const segment of encoding) {
    segments.push(segment)
    await scheduler.wait(0)
  }
  return isCurrent() && storeBlock(memory, draft, segments)
}

/** The latest blocks, from the last one back, that the new one takes in. */
function absorbable(sql: SqlStorage, draft: BlockDraft, policy: SealPolicy): Block[] {
  const blocks: Block[] = []
  let { count, units } = draft
  for (
    let block = readLastBlock(sql);
    block !== null;
    block = readBlockBefore(sql, block.firstSeq)
  ) {
    const isSmall = block.count <= count && count < policy.blockEvents
    if (!isSmall || units + block.units > policy.blockUnits || block.archiveKey !== null) break
    blocks.push(block)
    count += block.count
    units += block.units
  }
  return blocks
}

/** Puts the block into the place of its chunks; false where that must wait. */
function storeBlock(memory: MeterMemory, draft: BlockDraft, segments: EncodedSegment[]): boolean {
  const { storage, sql, sealing } = memory
  // Positions of unfinished upkeep lie between the segments of blocks: these must stay.
  if (isUpkeepDue(memory)) return false
  assert(memory.dedupe.coldSeq >= draft.lastSeq, 'dedupe needs no chunk that is sealed')
  const { firstSeq, lastSeq, firstChunk, absorbed } = draft
  const range = { after: firstSeq - 1, upTo: lastSeq }
  const stored = [...scanBlocks(sql, range)]
  // The archive may have taken one that was to be absorbed.
  if (stored.some(({ archiveKey }) => archiveKey !== null)) return false
  assert(stored.length === absorbed.length, 'only one writer seals a log')
  const directory = segments.map(({ bytes, ...part }) => {
    return { ...part, bytes: bytes.length, sha256: sha256Hex(bytes) }
  })
  const directoryText = JSON.stringify(directory)
  const { count, units, timeMin, timeMax, acceptedAtMax, logChecksum } = draft
  const times = { timeMin, timeMax, acceptedAtMax }
  const fields = { firstSeq, lastSeq, count, units, ...times, logChecksum, directoryText }
  const before = readBlockBefore(sql, firstSeq)?.checksum ?? new Uint8Array()
  const checksum = blockChecksum(before, fields)
  storage.transactionSync(() => {
    for (const block of absorbed) deleteBlock(sql, block.lastSeq)
    const block: Block = { ...fields, directory, archiveKey: null, checksum }
    insertBlock(
      sql,
      block,
      segments.map(({ bytes }) => bytes),
    )
    sql.exec('DELETE FROM chunks WHERE seq BETWEEN ? AND ?', firstChunk, lastSeq)
  })
  if (sealing.measuredTo < lastSeq)
    Object.assign(sealing, { events: 0, bytes: 0, measuredTo: lastSeq })
  else {
    sealing.events -= draft.chunkEvents
    sealing.bytes -= draft.chunkBytes
  }
  return true
}
