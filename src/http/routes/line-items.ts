import { z } from '@hono/zod-openapi'
import type {
  AppliedLine,
  FixedLine,
  InvoiceLine,
  LineOrigin,
  PaidBy,
  ProductLine,
} from '../../core/invoices/invoice.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { BALANCE_TYPES, type BalanceType } from '../../core/ledger/balance.ts'
import { unreachable } from '../../core/result.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import type { CreditTypeNames } from '../credit-type-names.ts'
import { RateBody, toApiPrice } from '../price-body.ts'
import { CreditTypeBody, Id, TimestampText, toApiCreditType } from '../schemas.ts'

export const CustomFieldsBody = z.record(z.string(), z.string())

export const TierBody = z.object({
  level: z.number().openapi({ description: 'The first step of the ladder is 1.' }),
  starting_at: z.string().openapi({ description: 'The quantity that lies below the step.' }),
  size: z.string().nullable().openapi({ description: 'Null: the step never ends.' }),
})

/** A line of an invoice; which members it has follows from its type (invoices 2.2). */
export const LineItemBody = z
  .object({
    name: z.string(),
    type: z.string(),
    quantity: z.number().optional(),
    unit_price: z.number().optional(),
    total: z.number(),
    tier: TierBody.optional(),
    list_price: RateBody.partial({ credit_type: true }).optional().openapi({
      description: "The card's price, if asked for; of lines for usage and subscriptions.",
    }),
    credit_type: CreditTypeBody,
    product_id: Id.optional().openapi({ description: 'Of every line but conversions.' }),
    product_type: z.string().optional(),
    product_tags: z.array(z.string()).optional(),
    product_custom_fields: CustomFieldsBody.optional(),
    starting_at: TimestampText.optional(),
    ending_before: TimestampText.optional(),
    pricing_group_values: CustomFieldsBody.optional(),
    presentation_group_values: z.record(z.string(), z.string().nullable()).optional(),
    is_prorated: z.boolean().optional(),
    subscription_id: Id.optional(),
    subscription_custom_fields: CustomFieldsBody.optional(),
    scheduled_charge_id: Id.optional(),
    scheduled_charge_custom_fields: CustomFieldsBody.optional(),
    discount_id: Id.optional(),
    discount_custom_fields: CustomFieldsBody.optional(),
    professional_service_id: Id.optional(),
    professional_service_custom_fields: CustomFieldsBody.optional(),
    metadata: z.string().optional().openapi({ description: 'Of professional services.' }),
    netsuite_invoice_billing_start: TimestampText.optional(),
    netsuite_invoice_billing_end: TimestampText.optional(),
    commit_id: Id.optional().openapi({
      description: 'The commit or credit that pays for the line, or that the line pays for.',
    }),
    commit_segment_id: Id.optional(),
    commit_type: z.enum(['PrepaidCommit', 'PostpaidCommit']).optional(),
    commit_custom_fields: CustomFieldsBody.optional(),
    applied_commit_or_credit: z.object({ id: Id, type: z.enum(BALANCE_TYPES) }).optional(),
    postpaid_commit: z.object({ id: Id }).optional().openapi({ description: 'Of true-ups.' }),
    origin: z
      .object({ line_item_id: Id, invoice_id: Id, customer_id: Id, contract_id: Id })
      .optional()
      .openapi({ description: 'On consolidated invoices: what the line is a copy of.' }),
  })
  .openapi('LineItem')

type LineItem = z.input<typeof LineItemBody>

export function toApiLine(
  line: InvoiceLine,
  names: CreditTypeNames,
  withListPrice = false,
): LineItem {
  return {
    name: line.name,
    type: line.type,
    ...(line.type !== 'applied_commit_or_credit' && {
      quantity: jsonNumber(line.quantity),
      unit_price: jsonNumber(line.unitPrice),
    }),
    total: jsonNumber(line.total),
    ...(withListPrice && { list_price: toApiListPrice(line, names) }),
    credit_type: toApiCreditType(line.creditTypeId, names),
    ...describe(line),
    origin: line.origin && toApiOrigin(line.origin),
  }
}

function toApiOrigin({ lineId, invoiceId, customerId, contractId }: LineOrigin) {
  return {
    line_item_id: lineId,
    invoice_id: invoiceId,
    customer_id: customerId,
    contract_id: contractId,
  }
}

/** What the card says, whatever the contract or a commit changes about it; of products only. */
function toApiListPrice(line: InvoiceLine, names: CreditTypeNames): LineItem['list_price'] {
  if (line.type !== 'usage' && line.type !== 'subscription') return undefined
  const { derivation, creditTypeId, unitPrice, pricingGroupValues } = line
  // Lines of rating version 1 have the card's price, a flat one.
  const first = { listPrice: { rateType: 'FLAT' as const, price: unitPrice }, override: null }
  const isOfUsage = 'increments' in derivation
  const { listPrice, override } = isOfUsage ? (derivation.pricing ?? first) : derivation
  if (listPrice === null) return undefined
  return {
    ...toApiPrice(listPrice),
    pricing_group_values: pricingGroupValues ?? undefined,
    // An overwritten price may be in another unit than the card's.
    credit_type:
      override?.change.type === 'OVERWRITE' ? undefined : toApiCreditType(creditTypeId, names),
  }
}

function describe(line: InvoiceLine): Partial<LineItem> {
  if ('source' in line) return describeFixed(line)
  return {
    starting_at: formatInvoiceTimestamp(line.startingAt),
    ending_before: formatInvoiceTimestamp(line.endingBefore),
    ...(line.type === 'applied_commit_or_credit' && describeApplied(line)),
    ...((line.type === 'usage' || line.type === 'subscription') && describeProduct(line)),
    ...(line.type === 'subscription' && {
      is_prorated: line.isProrated,
      subscription_id: line.subscriptionId,
      subscription_custom_fields: line.subscriptionCustomFields,
    }),
    ...(line.paidBy !== undefined && describePayer(line.paidBy)),
  }
}

function describeProduct({ tier, ...line }: Omit<ProductLine, 'derivation'>): Partial<LineItem> {
  return {
    tier: tier && { level: tier.level, starting_at: tier.startingAt, size: tier.size },
    ...describeNamed(line),
  }
}

function describeApplied({ product }: AppliedLine): Partial<LineItem> {
  return product === null ? {} : describeNamed(product)
}

function describeNamed(line: NonNullable<AppliedLine['product']>): Partial<LineItem> {
  return {
    product_id: line.productId,
    product_type: line.productType,
    product_tags: line.productTags,
    product_custom_fields: line.productCustomFields,
    pricing_group_values: line.pricingGroupValues ?? undefined,
    presentation_group_values: line.presentationGroupValues ?? undefined,
  }
}

function describePayer(paidBy: PaidBy): Partial<LineItem> {
  return {
    commit_id: paidBy.balanceId,
    commit_segment_id: paidBy.segmentId,
    commit_type: commitTypeOf(paidBy.balanceType),
    commit_custom_fields: paidBy.balanceCustomFields,
    applied_commit_or_credit: { id: paidBy.balanceId, type: paidBy.balanceType },
  }
}

function describeFixed(line: FixedLine): Partial<LineItem> {
  return {
    product_id: line.productId,
    product_type: line.productType,
    product_tags: line.productTags,
    product_custom_fields: line.productCustomFields,
    ...describeSource(line),
  }
}

function describeSource(line: FixedLine): Partial<LineItem> {
  const { source, sourceCustomFields: fields, service } = line
  switch (source.kind) {
    case 'scheduled_charge':
      return { scheduled_charge_id: source.id, scheduled_charge_custom_fields: fields }
    case 'discount':
      return { discount_id: source.id, discount_custom_fields: fields }
    case 'professional_service':
      return {
        professional_service_id: source.id,
        professional_service_custom_fields: fields,
        metadata: service?.metadata,
        netsuite_invoice_billing_start: toApiInstant(service?.netsuiteBillingStart),
        netsuite_invoice_billing_end: toApiInstant(service?.netsuiteBillingEnd),
      }
    case 'commit':
      return {
        commit_id: source.id,
        commit_type: commitTypeOf(source.balanceType),
        commit_custom_fields: fields,
      }
    case 'trueup':
      return {
        commit_id: source.id,
        commit_type: commitTypeOf(source.balanceType),
        commit_custom_fields: fields,
        postpaid_commit: { id: source.id },
      }
    default:
      return unreachable(source)
  }
}

function toApiInstant(at: number | undefined): string | undefined {
  return at === undefined ? undefined : formatInvoiceTimestamp(at)
}

/** The API counts credits among what is paid in advance. */
function commitTypeOf(type: BalanceType): 'PrepaidCommit' | 'PostpaidCommit' {
  return type === 'POSTPAID' ? 'PostpaidCommit' : 'PrepaidCommit'
}
