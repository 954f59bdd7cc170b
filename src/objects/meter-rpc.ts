import type { UsageQuery, UsageReading } from '../core/metering/usage.ts'
import type { Refusal } from '../core/result.ts'
import type { MovedId } from './meter-homes.ts'

/** What every call to a meter says. */
export interface MeterCall {
  environmentId: string
}

/** A call whose answer depends on metrics and ingest ids. */
export interface ConfiguredCall extends MeterCall {
  /** `environments.config_version`: the meter applies at least this before it answers. */
  configVersion: number
}

interface IngestCall extends ConfiguredCall {
  /** The environment's clock when the request was accepted: dedupe age is judged by it (EV-41). */
  acceptedAtMs: number
  /** `dedupeLifetimeMs(environment)`. */
  dedupeLifetimeMs: number
}

/** Events of one request, validated by the caller. */
export interface IngestBatch extends IngestCall {
  /**
   * JSON text of the array of valid events, as received (numbers with all their digits); `[]` when
   * there is none. A text, because structured cloning of a hundred objects costs more than parsing.
   */
  events: string
  /** Kept in the quarantine in the same transaction (EV-35). */
  rejected: QuarantinedInput[]
}

/** The body of an ingest request, for the meter to parse and to validate. */
export interface IngestBody extends IngestCall {
  text: string
  backdatingMaxMs: number
  futureMaxMs: number
  /** One invalid event fails the whole batch, and nothing is kept of it (EV-35). */
  isStrict: boolean
}

export interface IngestBodyOutcome extends IngestOutcome {
  /** Events that went to the quarantine, in the order of the body. */
  rejected: RejectedNotice[]
}

/** What a sender is told of an event that was rejected. */
export interface RejectedNotice {
  /** Its place in the body. */
  index: number
  transactionId: string | null
  message: string
}

/** Why nothing of a body was ingested, with the events that were invalid, if that was why. */
export interface IngestRefusal extends Refusal {
  rejected: RejectedNotice[]
}

export interface QuarantinedInput {
  reason: string
  ingestId: string | null
  transactionId: string | null
  /** The event's JSON text as received. */
  raw: string
}

export interface IngestOutcome {
  accepted: number
  /** Places, among the batch's valid events, of those that were duplicates. */
  duplicates: number[]
  /** Some events are not at home here (any more): nothing of the batch was taken in. */
  isMoved?: true
}

/** Usage as one meter has it. */
export interface MeterReading extends UsageReading {
  /** The latest configuration by which other meters decided what counts here. */
  toldVersion: number
  /** Whether some ingest ids ever moved to or from this meter. */
  isMoved: boolean
}

/** Ids that are moving from one home to another. */
export interface MoveCall extends ConfiguredCall {
  ids: MovedId[]
}

export interface UsageRequest extends ConfiguredCall {
  customerId: string
  queries: UsageQuery[]
}

export interface EventSearch extends MeterCall {
  transactionIds: string[]
  /** Events accepted before this instant of the environment's clock are left out. */
  sinceMs: number
  /** Answers without properties, which may be large. */
  isWithoutProperties?: boolean
}

/** An event as it was received, kept for search. */
export interface FoundEvent {
  id: string
  transactionId: string
  /** `customer_id` as sent. */
  ingestId: string
  eventType: string
  /** As received. */
  timestamp: string
  /** JSON text of the properties as received; null when there are none. */
  properties: string | null
  acceptedAtMs: number
  /** It was refused as a duplicate, or is not counted because it is one since an alias moved. */
  isDuplicate: boolean
}

export interface QuarantineQuery extends MeterCall {
  /** The environment's clock: older rows than the quarantine keeps are left out. */
  nowMs: number
  /** The `id` of the last row of the page before. */
  before?: number
  limit: number
  /** `customer_id` as sent. */
  ingestId?: string
  transactionId?: string
  /** Received at this instant or later, … */
  receivedFromMs?: number
  /** … and before this one. */
  receivedBeforeMs?: number
}

export interface QuarantineLookup extends MeterCall {
  nowMs: number
  ids: number[]
}

/** What became of quarantined events: rows that are gone since change nothing. */
export interface QuarantineSettlement extends MeterCall {
  removed: number[]
  /** Of events that stay, for another reason than before. */
  reasons: { id: number; reason: string }[]
}

export interface QuarantinedEvent extends QuarantinedInput {
  /** Grows with time within a meter. */
  id: number
  receivedAtMs: number
}
