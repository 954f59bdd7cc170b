import type { Invoice } from '../../api/answers.ts'

/** What the environment has of the tour. Each member stands on those before it. */
export interface Progress {
  /** The environment's now. */
  now: string
  /** Hours from the end of a period until its invoice is final. */
  graceHours: number
  /** Its clock stands still until it is moved. */
  isFrozen: boolean
  metricId?: string
  productId?: string
  cardId?: string
  /** The card while it has no prices. */
  bareCardId?: string
  customerId?: string
  contractId?: string
  /** So many of the tour's events have arrived. */
  eventCount: number
  draft?: Invoice
  finalized?: Invoice
}
