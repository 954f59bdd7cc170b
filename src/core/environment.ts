import type { Seller } from './seller.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts'

export type EnvironmentKind = 'PRODUCTION' | 'SANDBOX'

/** What an operator may set for an environment; absent members take the defaults below. */
export interface EnvironmentSettings {
  /** How far back an event's timestamp may lie (EV-21, EV-23). */
  backdatingMaxMs?: number
  /** How far ahead of the clock an event's timestamp may lie (EV-20); at most 24 hours. */
  futureMaxMs?: number
  /** From a statement period's end to finalization (invoices 1.4). */
  graceMs?: number
  /** A batch with any invalid event fails as a whole (EV-35). */
  strictIngest?: boolean
  /** Events that may be ingested in a second (EV-36); null: as many as the machine takes. */
  ingestEventsPerSecond?: number | null
  /** How long the URL of an embedded page works (invoices 10). */
  embedLifetimeMs?: number
  /** How often in a second events may be searched, or previewed (ES-8, PE-8); null: any number. */
  searchesPerSecond?: number | null
  /**
   * Over how many meters events are spread, by their transaction ids. Fixed when the environment is
   * made: the events that it has say no longer where they are once it changes.
   */
  sharedMeters?: number
  /** Who bills, as invoices are printed; absent members are not printed. */
  seller?: Seller
}

export interface Environment {
  id: string
  kind: EnvironmentKind
  name: string
  /** Where a frozen clock stands; null in real time. */
  clockMs: number | null
  /** Version of the configuration (metrics, ingest ids) that a meter must have applied. */
  configVersion: number
  /** Grows with every change of where ingest ids are at home; 0 while all are in shared meters. */
  placementVersion: number
  settings: EnvironmentSettings
}

const DEFAULTS: Required<EnvironmentSettings> = {
  backdatingMaxMs: 34 * DAY_MS,
  futureMaxMs: 5 * MINUTE_MS,
  graceMs: 24 * HOUR_MS,
  strictIngest: false,
  ingestEventsPerSecond: null,
  embedLifetimeMs: 24 * HOUR_MS,
  searchesPerSecond: 8,
  sharedMeters: 1,
  seller: {},
}

/** So many shared meters an environment may have. */
export const SHARED_METERS_MAX = 64

export function settingsOf(environment: { settings: EnvironmentSettings }) {
  return { ...DEFAULTS, ...environment.settings }
}

/** The grace that is in force where an environment sets none. */
export const GRACE_DEFAULT_MS = DEFAULTS.graceMs

/**
 * How far back the API lets events be backdated: so long ids are remembered at least, whatever was
 * set before, so that no change makes an event count twice that was accepted earlier.
 */
export const BACKDATING_LIMIT_MS = DEFAULTS.backdatingMaxMs

/**
 * How far ahead the API lets timestamps lie. Less than the day by which ids outlive what may be
 * sent: so it may be lowered, too, while ids of events from further ahead are remembered.
 */
export const FUTURE_LIMIT_MS = 23 * HOUR_MS

/**
 * How long transaction ids are remembered: no replay passes both checks (EV-47), and none of the
 * days in which an id is promised to count once is lost where backdating is set lower (EV-40).
 */
export function dedupeLifetimeMs(environment: { settings: EnvironmentSettings }): number {
  const { backdatingMaxMs, futureMaxMs } = settingsOf(environment)
  return Math.max(backdatingMaxMs, BACKDATING_LIMIT_MS) + futureMaxMs + DAY_MS
}
