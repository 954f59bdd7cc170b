/**
 * What the simulation knows: everything that customers have sent and agreed on, as it was answered
 * to be done. Amounts are in cents, instants in milliseconds; nothing here is from the code that
 * is simulated.
 */
export interface Books {
  metrics: Metric[]
  products: Product[]
  /** In the order in which they were added. */
  rates: Rate[]
  customers: Customer[]
  /** All accepted events, each once, whoever's they are. */
  events: UsageEvent[]
}

export interface UsageEvent {
  id: string
  /** What it was sent under. */
  ingestId: string
  type: string
  atMs: number
  /** When it was accepted. */
  sentAtMs: number
  properties: Record<string, string>
}

export interface Metric {
  id: string
  kind: 'COUNT' | 'SUM' | 'MAX' | 'UNIQUE' | 'LATEST' | 'SUM_OF_DAILY_MAX'
  eventType: string
  /** What is aggregated; an event without it does not count. */
  property: string | null
  /** Properties that an event must have. */
  required: string[]
}

export interface Product {
  id: string
  name: string
  metricId: string
  tags: string[]
  pricingKey: string[]
  presentationKey: string[]
  /** Whether all usage of a period is taken to be used at its end. */
  isAtEnd: boolean
}

export interface Tier {
  /** Null: it never ends. */
  size: string | null
  price: string
}

export interface Rate {
  productId: string
  pricingValues: Record<string, string> | null
  startMs: number
  endMs: number | null
  tiers: Tier[]
}

export interface Override {
  startMs: number
  endMs: number | null
  /** Null: all products. */
  productId: string | null
  tag: string | null
  pricingValues: Record<string, string> | null
  change: { multiplier: string } | { price: string }
}

export interface Contract {
  id: string
  startMs: number
  endMs: number | null
  /** The day of the month on which periods begin. */
  anchorDay: number
  /** In the order in which they were added. */
  overrides: Override[]
  scheduledCharges: ScheduledCharge[]
  /** Credits that each period grants anew. */
  recurringCredits: RecurringCredit[]
  /** The contract that it took over from, when it started. */
  fromContractId: string | null
  /** When it was agreed on as it is: what was due before is due from then on. */
  changedAtMs: number
}

export interface RecurringCredit {
  name: string
  priority: number
  /** For a whole period; the first one may be a part of it. */
  amount: string
}

export interface ScheduledCharge {
  atMs: number
  amount: string
}

export interface Segment {
  id: string
  startMs: number
  endMs: number
  amount: string
}

export interface Balance {
  id: string
  type: 'PREPAID' | 'POSTPAID' | 'CREDIT'
  /** What it was rolled over from; what that has left says how much it is. */
  rolledFrom: Balance | null
  /** What a renewal takes along at most, of what was granted. */
  rolloverFraction: string | null
  /** Of a postpaid commit: when what it lacks is charged. */
  trueupMs: number | null
  /** Of no other balance of the customer. */
  priority: number
  /** Null: all products. */
  productIds: string[] | null
  /** Null: all contracts of the customer. */
  contractId: string | null
  segments: Segment[]
  /** What was added by hand. */
  manual: { segmentId: string; amount: string }[]
}

export interface Draw {
  balanceId: string
  segmentId: string
  amount: string
}

export interface FinalInvoice {
  id: string
  contractId: string
  periodStartMs: number
  draws: Draw[]
  isVoid: boolean
  /** Whether another one was made in its place. */
  isReplaced: boolean
  /** Whether its usage was given with it: it is not made anew. */
  isGiven: boolean
}

export interface Customer {
  id: string
  ingestIds: string[]
  contracts: Contract[]
  balances: Balance[]
  /** What the drafts drew when they were last looked at. */
  drafted: Draw[]
  /** Usage invoices that are final, in that order; what is void gave its draws back. */
  final: FinalInvoice[]
}
