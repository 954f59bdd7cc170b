export const STATEMENT_FREQUENCIES = ['MONTHLY', 'QUARTERLY', 'ANNUAL', 'WEEKLY'] as const
export type StatementFrequency = (typeof STATEMENT_FREQUENCIES)[number]

/** When usage statements are cut (pricing 4.1). */
export interface StatementSchedule {
  frequency: StatementFrequency
  /** The instant that periods are counted from. */
  anchorMs: number
}

/** What was agreed with a customer, beyond the columns that are searched for. */
export interface ContractTerms {
  name?: string
  netPaymentTermsDays?: number
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  statementSchedule: StatementSchedule
}

export interface Contract {
  id: string
  customerId: string
  rateCardId: string | null
  uniquenessKey: string | null
  startingAt: number
  /** Exclusive; null = evergreen. */
  endingBefore: number | null
  terms: ContractTerms
  customFields: Record<string, string>
  createdAt: number
  createdBy: string
  archivedAt: number | null
}
