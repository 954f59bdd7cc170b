import type {
  ResellerOptions,
  ResellerRoyalty,
  ResellerType,
  RoyaltySegment,
} from '../contracts/reseller-royalty.ts'
import { segmentAt } from '../contracts/set-royalties.ts'
import type { Period } from '../time.ts'

/** The reseller royalty that an invoice is shown with; it does not change what it comes to. */
export interface InvoiceRoyalty extends ResellerOptions {
  type: ResellerType
  netsuiteResellerId: string
  /** Decimal text, 0 … 1. */
  fraction: string
}

/**
 * The royalty of a usage invoice, as it is last in its period (pricing 7, invoices 2). There is
 * place for one: that of the products goes before that of professional services.
 * @returns undefined when none is in force in the period
 */
export function invoiceRoyalty(
  royalties: readonly ResellerRoyalty[],
  period: Period,
): InvoiceRoyalty | undefined {
  const shown = royalties.flatMap((royalty) => {
    const segment = segmentAt(royalty, period.endMs - 1)
    if (segment === undefined || !isInForce(segment, period)) return []
    return [{ type: royalty.type, segment }]
  })
  const chosen = shown.find(({ type }) => type === 'AWS' || type === 'GCP') ?? shown[0]
  if (chosen === undefined) return undefined
  const { segment } = chosen
  return {
    type: chosen.type,
    netsuiteResellerId: segment.netsuiteResellerId,
    fraction: segment.fraction,
    awsAccountNumber: segment.awsAccountNumber,
    awsPayerReferenceId: segment.awsPayerReferenceId,
    awsOfferId: segment.awsOfferId,
    gcpAccountId: segment.gcpAccountId,
    gcpOfferId: segment.gcpOfferId,
  }
}

function isInForce({ startingAt, endingBefore }: RoyaltySegment, period: Period): boolean {
  return startingAt < period.endMs && period.startMs < (endingBefore ?? Infinity)
}
