import { archiveBlock } from './meter-archive.ts'
import type { MeterMemory } from './meter-memory.ts'
import { sealBlock } from './meter-seal.ts'
import { nextSealAt } from './meter-seal-plan.ts'

/** How long the work may go on, and whether the meter's memory is still the one it began with. */
interface Bounds {
  untilMs: number
  isCurrent: () => boolean
}

/**
 * Seals what is due, block by block, and moves what is old to the archive.
 * @returns when to be called again; infinite while nothing waits
 */
export async function retain(
  memory: MeterMemory,
  bucket: R2Bucket,
  bounds: Bounds,
): Promise<number> {
  const isArchived = await archiveOld(memory, bucket, bounds)
  const sealAtMs = await sealDue(memory, bounds)
  return isArchived || !bounds.isCurrent() ? sealAtMs : Date.now()
}

/** False when time was up. While the archive fails, the log stays here and goes on. */
async function archiveOld(
  memory: MeterMemory,
  bucket: R2Bucket,
  { untilMs, isCurrent }: Bounds,
): Promise<boolean> {
  try {
    while (await archiveBlock(memory, bucket, isCurrent)) if (Date.now() > untilMs) return false
  } catch (error) {
    console.error(error)
  }
  return true
}

async function sealDue(memory: MeterMemory, { untilMs, isCurrent }: Bounds): Promise<number> {
  while (isCurrent()) {
    const atMs = nextSealAt(memory, Date.now())
    if (atMs > Date.now()) return atMs
    if (Date.now() > untilMs) return Date.now()
    try {
      if (!(await sealBlock(memory, isCurrent))) return Infinity
    } catch (error) {
      // The rest of the meter's work goes on; verification tells what is wrong.
      if (!memory.sealing.isDamaged) throw error
      console.error(error)
    }
  }
  return Infinity
}
