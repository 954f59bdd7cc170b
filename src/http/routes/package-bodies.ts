import { z } from '@hono/zod-openapi'
import { definePrice } from '../../core/catalog/define-price.ts'
import { STATEMENT_FREQUENCIES } from '../../core/contracts/contract.ts'
import { OVERRIDE_PRIORITIZATIONS } from '../../core/contracts/override.ts'
import { OVERRIDES_MAX } from '../../core/contracts/terms-size.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { PackageOverride } from '../../core/packages/package-override.ts'
import {
  PACKAGE_STATEMENT_DAYS,
  type Package,
  type PackageTerms,
} from '../../core/packages/package.ts'
import { assert } from '../../core/result.ts'
import { AliasBody, fromApiAlias, NewAlias, toApiAlias } from '../alias-body.ts'
import { toApiPrice } from '../price-body.ts'
import {
  enumOf,
  Id,
  NameText,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
  Unsupported,
} from '../schemas.ts'
import { NetPaymentTermsDays, UniquenessKey } from './contract-bodies.ts'
import { OnUsageInvoices } from './fixed-terms-bodies.ts'
import { NewDuration, NewOffset, OffsetBody, refused } from './offset-bodies.ts'
import {
  fromApiPackageCharge,
  NewPackageCharges,
  PackageChargeBody,
  toApiPackageCharge,
} from './package-charge-bodies.ts'
import {
  fromApiOverrideFields,
  fromApiSpecifier,
  hasOneTarget,
  NewOverrideFields,
  NewSpecifiers,
  OverrideBodyFields,
  SAME_TARGET,
  SpecifierBody,
  toApiSpecifier,
  type OverrideNames,
} from './override-bodies.ts'
import {
  fromApiPackageRecurring,
  NewPackageRecurring,
  PackageRecurringBodies,
  toApiPackageRecurring,
} from './package-recurring-bodies.ts'
import {
  fromApiPackageSubscription,
  NewPackageSubscriptions,
  PackageSubscriptionBody,
  toApiPackageSubscription,
} from './package-subscriptions.ts'
import {
  fromApiPackageCommit,
  fromApiPackageCredit,
  NewPackageCommits,
  NewPackageCredits,
  PackageCommitBody,
  PackageCreditBody,
  toApiPackageCommit,
  toApiPackageCredit,
} from './package-commit-bodies.ts'
import { NewSpendTrackers } from './spend-tracker-bodies.ts'
import { NewPrepaidThreshold, NewSpendThreshold } from './threshold-bodies.ts'
import { ThresholdBodies, toApiThresholds } from './threshold-answers.ts'

const NewOverride = z
  .object({
    ...NewOverrideFields,
    starting_at_offset: NewOffset.openapi({ description: "From the contract's start." }),
    duration: NewDuration.optional().openapi({ description: "From the override's start." }),
    override_specifiers: NewSpecifiers,
    product_id: refused('expected in override_specifiers'),
    applicable_product_tags: refused('expected as product_tags in override_specifiers'),
  })
  .refine(hasOneTarget, SAME_TARGET)

/** A package as it is asked for (pricing 12). */
export const NewPackageBody = z
  .object({
    name: NameText,
    contract_name: z.string().optional().openapi({ description: 'What its contracts are called.' }),
    uniqueness_key: UniquenessKey.optional(),
    aliases: z.array(NewAlias).optional().openapi({
      description:
        'Names for contracts to find the package by, as of their start. A name belongs to one package at a time: another one that holds it loses it from the new start on.',
    }),
    rate_card_id: Id.optional(),
    rate_card_alias: z.string().min(1).optional().openapi({
      description: 'Resolved for each contract, as of its start.',
    }),
    duration: NewDuration.optional().openapi({
      description: "From a contract's start to its end; without it, contracts have no end.",
    }),
    net_payment_terms_days: NetPaymentTermsDays.optional(),
    usage_statement_schedule: z
      .object({
        frequency: enumOf(STATEMENT_FREQUENCIES),
        day: enumOf(PACKAGE_STATEMENT_DAYS).optional(),
        billing_anchor_date: refused('expected only of contracts'),
        invoice_generation_starting_at_offset: NewOffset.optional().openapi({
          description: 'Nothing before it is invoiced.',
        }),
      })
      .optional(),
    multiplier_override_prioritization: enumOf(OVERRIDE_PRIORITIZATIONS).optional(),
    overrides: z.array(NewOverride).max(OVERRIDES_MAX).optional(),
    billing_provider: Unsupported,
    commits: NewPackageCommits.optional(),
    credits: NewPackageCredits.optional(),
    custom_fields: Unsupported,
    delivery_method: Unsupported,
    prepaid_balance_threshold_configuration: NewPrepaidThreshold.optional(),
    ...NewPackageRecurring,
    scheduled_charges: NewPackageCharges.optional(),
    scheduled_charges_on_usage_invoices: OnUsageInvoices.optional(),
    spend_threshold_configuration: NewSpendThreshold.optional(),
    spend_trackers: NewSpendTrackers.optional(),
    subscriptions: NewPackageSubscriptions.optional(),
  })
  .openapi('NewPackage')

/** A package as it is answered. */
export const PackageBody = z
  .object({
    id: Id,
    name: z.string(),
    contract_name: z.string().optional(),
    uniqueness_key: z.string().optional(),
    aliases: z.array(AliasBody),
    rate_card_id: Id.optional(),
    rate_card_alias: z.string().optional(),
    duration: OffsetBody.optional(),
    net_payment_terms_days: z.number().optional(),
    usage_statement_schedule: z.object({
      frequency: z.enum(STATEMENT_FREQUENCIES),
      day: z.enum(PACKAGE_STATEMENT_DAYS),
      invoice_generation_starting_at_offset: OffsetBody.optional(),
    }),
    multiplier_override_prioritization: z.enum(OVERRIDE_PRIORITIZATIONS).optional(),
    overrides: z.array(
      z.object({
        id: Id,
        starting_at_offset: OffsetBody,
        duration: OffsetBody.optional(),
        ...OverrideBodyFields,
        override_specifiers: z.array(SpecifierBody),
      }),
    ),
    commits: z.array(PackageCommitBody),
    credits: z.array(PackageCreditBody),
    scheduled_charges: z.array(PackageChargeBody),
    scheduled_charges_on_usage_invoices: z.enum(['ALL']).optional(),
    subscriptions: z.array(PackageSubscriptionBody),
    ...PackageRecurringBodies,
    ...ThresholdBodies,
    created_at: TimestampText,
    created_by: z.string(),
    archived_at: TimestampText.optional(),
  })
  .openapi('Package')

/** @param newId makes ids for the package and what it consists of */
export function fromApiPackage(
  body: z.output<typeof NewPackageBody>,
  newId: () => string,
): Omit<Package, 'createdAt' | 'createdBy'> {
  return {
    id: newId(),
    name: body.name,
    uniquenessKey: body.uniqueness_key ?? null,
    rateCardId: body.rate_card_id ?? null,
    rateCardAlias: body.rate_card_alias ?? null,
    aliases: body.aliases?.map(fromApiAlias) ?? [],
    terms: fromApiTerms(body, newId),
    archivedAt: null,
  }
}

function fromApiTerms(body: z.output<typeof NewPackageBody>, newId: () => string): PackageTerms {
  const schedule = body.usage_statement_schedule
  return {
    contractName: body.contract_name,
    duration: body.duration,
    netPaymentTermsDays: body.net_payment_terms_days,
    usageStatementSchedule: {
      frequency: schedule?.frequency ?? 'MONTHLY',
      day: schedule?.day ?? 'FIRST_OF_MONTH',
      invoiceGenerationStartingAtOffset: schedule?.invoice_generation_starting_at_offset,
    },
    multiplierOverridePrioritization: body.multiplier_override_prioritization,
    overrides: body.overrides?.map((override) => ({
      id: newId(),
      startingAtOffset: override.starting_at_offset,
      duration: override.duration,
      specifiers: override.override_specifiers.map(fromApiSpecifier),
      ...fromApiOverrideFields(override),
    })),
    commits: body.commits?.map((commit) => fromApiPackageCommit(commit, newId)),
    credits: body.credits?.map((credit) => fromApiPackageCredit(credit, newId)),
    scheduledCharges: body.scheduled_charges?.map((charge) => fromApiPackageCharge(charge, newId)),
    scheduledChargesOnUsageInvoices: body.scheduled_charges_on_usage_invoices,
    subscriptions: body.subscriptions?.map((term) => fromApiPackageSubscription(newId(), term)),
    recurringBalances: fromApiPackageRecurring(body, newId),
    spendThreshold: body.spend_threshold_configuration,
    prepaidThreshold: body.prepaid_balance_threshold_configuration,
    spendTrackers: body.spend_trackers,
  }
}

/** The credit types whose names are shown with a package. */
export function creditTypesShown({ terms }: Package): string[] {
  const { overrides = [], commits = [], credits = [] } = terms
  return [
    ...overrides.flatMap(({ overwriteRate }) => overwriteRate?.creditTypeId ?? []),
    ...[...commits, ...credits].flatMap(({ accessCreditTypeId }) => accessCreditTypeId ?? []),
  ]
}

/** The products whose names are shown with a package. */
export function productsOfPackage({ terms }: Package): string[] {
  const { scheduledCharges = [], subscriptions = [], recurringBalances = [] } = terms
  const { commits = [], credits = [] } = terms
  const balances = [...recurringBalances, ...commits, ...credits]
  return [...scheduledCharges, ...subscriptions, ...balances].map(({ productId }) => productId)
}

/** @param names by ids: of custom pricing units, and of products */
export function toApiPackage(
  pack: Package,
  { creditTypeNames, productNames }: OverrideNames,
): z.input<typeof PackageBody> {
  const { terms, archivedAt } = pack
  const { scheduledCharges = [], commits = [], credits = [] } = terms
  const { frequency, day, invoiceGenerationStartingAtOffset } = terms.usageStatementSchedule
  return {
    id: pack.id,
    name: pack.name,
    contract_name: terms.contractName,
    uniqueness_key: pack.uniquenessKey ?? undefined,
    aliases: pack.aliases.map(toApiAlias),
    rate_card_id: pack.rateCardId ?? undefined,
    rate_card_alias: pack.rateCardAlias ?? undefined,
    duration: terms.duration,
    net_payment_terms_days: terms.netPaymentTermsDays,
    usage_statement_schedule: {
      frequency,
      day,
      invoice_generation_starting_at_offset: invoiceGenerationStartingAtOffset,
    },
    multiplier_override_prioritization: terms.multiplierOverridePrioritization,
    overrides: (terms.overrides ?? []).map((override) => toApiOverride(override, creditTypeNames)),
    commits: commits.map((commit) => toApiPackageCommit(commit, { productNames, creditTypeNames })),
    credits: credits.map((credit) => toApiPackageCredit(credit, { productNames, creditTypeNames })),
    scheduled_charges: scheduledCharges.map((charge) => toApiPackageCharge(charge, productNames)),
    scheduled_charges_on_usage_invoices: terms.scheduledChargesOnUsageInvoices,
    subscriptions: (terms.subscriptions ?? []).map((term) =>
      toApiPackageSubscription(term, productNames),
    ),
    ...toApiPackageRecurring(terms, productNames),
    ...toApiThresholds(terms),
    created_at: toApiTimestamp(pack.createdAt),
    created_by: pack.createdBy,
    archived_at: archivedAt === null ? undefined : toApiTimestamp(archivedAt),
  }
}

function toApiOverride(override: PackageOverride, creditTypeNames: ReadonlyMap<string, string>) {
  const { multiplier, overwriteRate, tiers, isCommitSpecific = false } = override
  return {
    id: override.id,
    starting_at_offset: override.startingAtOffset,
    duration: override.duration,
    entitled: override.entitled,
    type: override.type,
    multiplier: multiplier === undefined ? undefined : jsonNumber(multiplier),
    priority: override.priority,
    overwrite_rate: overwriteRate && toApiOverwrite(overwriteRate, creditTypeNames),
    override_tiers: tiers?.map((tier) => ({
      size: tier.size === null ? undefined : jsonNumber(tier.size),
      multiplier: jsonNumber(tier.multiplier),
    })),
    override_specifiers: (override.specifiers ?? []).map(toApiSpecifier),
    is_commit_specific: isCommitSpecific ? true : undefined,
    target: isCommitSpecific ? (override.target ?? 'LIST_RATE') : undefined,
  }
}

function toApiOverwrite(
  rate: NonNullable<PackageOverride['overwriteRate']>,
  creditTypeNames: ReadonlyMap<string, string>,
) {
  const price = definePrice(rate)
  assert(price.ok, 'the price of an override must have been decided on with its package')
  const { creditTypeId } = rate
  const credit_type =
    creditTypeId === undefined ? undefined : toApiCreditType(creditTypeId, creditTypeNames)
  return { ...toApiPrice(price.value), credit_type }
}
