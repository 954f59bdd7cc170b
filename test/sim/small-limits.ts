import type { Patch } from './platform/bundle.ts'

/**
 * Limits that are meant for millions of events, at a size that some hundred events meet: so the
 * code beyond them runs in every simulation, which it would otherwise in none.
 */
export const SMALL_LIMITS: Patch[] = [
  {
    file: 'src/objects/meter.ts',
    before: 'WAITING_EVENTS_MAX = 20_000',
    after: 'WAITING_EVENTS_MAX = 1',
  },
  {
    file: 'src/objects/meter.ts',
    before: 'CHECKPOINT_EVENTS = 100_000',
    after: 'CHECKPOINT_EVENTS = 40',
  },
  {
    file: 'src/objects/meter-seal-plan.ts',
    before: 'blockEvents: 32_768',
    after: 'blockEvents: 100',
  },
  {
    file: 'src/objects/meter-seal-plan.ts',
    before: 'segmentEvents: 2_048',
    after: 'segmentEvents: 16',
  },
  {
    file: 'src/objects/meter-upkeep.ts',
    before: 'SLICE_EVENTS = 5_000',
    after: 'SLICE_EVENTS = 30',
  },
  {
    file: 'src/objects/meter-sql-scan.ts',
    before: 'SLICE_EVENTS = 8_000',
    after: 'SLICE_EVENTS = 30',
  },
  {
    file: 'src/objects/meter-dedupe-upkeep.ts',
    before: 'HOT_IDS_MAX = 500_000',
    after: 'HOT_IDS_MAX = 60',
  },
]
