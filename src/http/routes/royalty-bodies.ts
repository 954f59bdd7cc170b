import { z } from '@hono/zod-openapi'
import {
  RESELLER_TYPES,
  type ResellerRoyalty,
  type RoyaltySegment,
} from '../../core/contracts/reseller-royalty.ts'
import { segmentAt, type RoyaltyInput } from '../../core/contracts/set-royalties.ts'
import type { InvoiceRoyalty } from '../../core/invoices/invoice-royalty.ts'
import { jsonNumber } from '../../core/json-number.ts'
import {
  DecimalNumber,
  enumOf,
  Id,
  NonNegativeDecimal,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'

const OptionsFields = {
  aws_options: z
    .object({
      aws_account_number: z.string().optional(),
      aws_payer_reference_id: z.string().optional(),
      aws_offer_id: z.string().optional(),
    })
    .optional(),
  gcp_options: z
    .object({ gcp_account_id: z.string().optional(), gcp_offer_id: z.string().optional() })
    .optional(),
}

/** A reseller royalty, or a change of the one of its type, as it is asked for (pricing 7). */
const RoyaltyUpdate = z.object({
  reseller_type: enumOf(RESELLER_TYPES),
  fraction: NonNegativeDecimal.optional().openapi({ description: 'From 0 to 1.' }),
  netsuite_reseller_id: z.string().optional(),
  applicable_product_ids: z.array(Id).max(1_000).optional(),
  applicable_product_tags: z.array(z.string().min(1)).max(1_000).optional(),
  starting_at: Timestamp.optional().openapi({
    description: 'From when on; without it, the last values themselves are changed.',
  }),
  ending_before: Timestamp.nullable().optional().openapi({ description: 'Null: without end.' }),
  reseller_contract_value: DecimalNumber.optional(),
  ...OptionsFields,
})

/** One of each type at most; a new contract has none that they could change. */
export const RoyaltyUpdates = z.array(RoyaltyUpdate).max(RESELLER_TYPES.length)

const SegmentBody = z.object({
  reseller_type: z.enum(RESELLER_TYPES),
  fraction: z.number(),
  netsuite_reseller_id: z.string(),
  applicable_product_ids: z.array(Id).optional(),
  applicable_product_tags: z.array(z.string()).optional(),
  starting_at: TimestampText,
  ending_before: TimestampText.optional(),
  reseller_contract_value: z.number().optional(),
  aws_account_number: z.string().optional(),
  aws_payer_reference_id: z.string().optional(),
  aws_offer_id: z.string().optional(),
  gcp_account_id: z.string().optional(),
  gcp_offer_id: z.string().optional(),
})

/** A royalty as it is at one time. */
export const RoyaltyV1 = SegmentBody.openapi('ResellerRoyalty')

/** A royalty as an invoice shows it. */
export const InvoiceRoyaltyBody = z
  .object({
    reseller_type: z.enum(RESELLER_TYPES),
    netsuite_reseller_id: z.string(),
    fraction: z.string().openapi({ description: 'A decimal number.' }),
    ...OptionsFields,
  })
  .openapi('InvoiceResellerRoyalty')

/** A royalty through all time. */
export const RoyaltyV2 = z
  .object({ reseller_type: z.enum(RESELLER_TYPES), segments: z.array(SegmentBody) })
  .openapi('ResellerRoyaltySegments')

export function fromApiRoyalty(body: z.output<typeof RoyaltyUpdate>): RoyaltyInput {
  const { aws_options: aws, gcp_options: gcp } = body
  return {
    type: body.reseller_type,
    fraction: body.fraction,
    netsuiteResellerId: body.netsuite_reseller_id,
    applicableProductIds: body.applicable_product_ids,
    applicableProductTags: body.applicable_product_tags,
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    resellerContractValue: body.reseller_contract_value,
    awsAccountNumber: aws?.aws_account_number,
    awsPayerReferenceId: aws?.aws_payer_reference_id,
    awsOfferId: aws?.aws_offer_id,
    gcpAccountId: gcp?.gcp_account_id,
    gcpOfferId: gcp?.gcp_offer_id,
  }
}

/** @param at the instant at which it is shown: an edit's royalties as they are last */
export function toApiRoyaltyV1(royalty: ResellerRoyalty, at: number): z.input<typeof RoyaltyV1>[] {
  const segment = segmentAt(royalty, at)
  return segment === undefined ? [] : [toApiSegment(royalty, segment)]
}

export function toApiRoyaltyV2(royalty: ResellerRoyalty): z.input<typeof RoyaltyV2> {
  const segments = royalty.segments.map((segment) => toApiSegment(royalty, segment))
  return { reseller_type: royalty.type, segments }
}

export function toApiInvoiceRoyalty(royalty: InvoiceRoyalty): z.input<typeof InvoiceRoyaltyBody> {
  const { type, netsuiteResellerId, fraction } = royalty
  const shared = { reseller_type: type, netsuite_reseller_id: netsuiteResellerId, fraction }
  if (type === 'GCP' || type === 'GCP_PRO_SERVICE') {
    const gcp_options = { gcp_account_id: royalty.gcpAccountId, gcp_offer_id: royalty.gcpOfferId }
    return { ...shared, gcp_options }
  }
  return {
    ...shared,
    aws_options: {
      aws_account_number: royalty.awsAccountNumber,
      aws_payer_reference_id: royalty.awsPayerReferenceId,
      aws_offer_id: royalty.awsOfferId,
    },
  }
}

function toApiSegment(
  { type }: ResellerRoyalty,
  segment: RoyaltySegment,
): z.input<typeof SegmentBody> {
  const { endingBefore, resellerContractValue } = segment
  return {
    reseller_type: type,
    fraction: jsonNumber(segment.fraction),
    netsuite_reseller_id: segment.netsuiteResellerId,
    applicable_product_ids: segment.applicableProductIds,
    applicable_product_tags: segment.applicableProductTags,
    starting_at: toApiTimestamp(segment.startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    reseller_contract_value:
      resellerContractValue === undefined ? undefined : jsonNumber(resellerContractValue),
    aws_account_number: segment.awsAccountNumber,
    aws_payer_reference_id: segment.awsPayerReferenceId,
    aws_offer_id: segment.awsOfferId,
    gcp_account_id: segment.gcpAccountId,
    gcp_offer_id: segment.gcpOfferId,
  }
}
