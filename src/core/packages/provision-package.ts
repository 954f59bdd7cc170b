import { cardAtAlias } from '../catalog/rate-card.ts'
import type { ContractInput } from '../contracts/create-contract.ts'
import { ok, refuse, type Result } from '../result.ts'
import { addOffsets } from './offset.ts'
import { placeBalance } from './package-balance.ts'
import { placeOverride } from './package-override.ts'
import { placeRecurring } from './package-recurring.ts'
import { placeScheduledCharge } from './package-scheduled-charge.ts'
import { placeSubscription } from './package-subscription.ts'
import type { Package } from './package.ts'

/** A contract that is to be made from a package: the package says all that is not said here. */
export interface PackagedContractInput extends Pick<ContractInput, Said> {
  packageId?: string
  packageAlias?: string
}

type Said =
  | 'id'
  | 'customerId'
  | 'startingAt'
  | 'uniquenessKey'
  | 'transition'
  | 'customFields'
  | 'createdBy'

/** The package by id, or by the alias as it stands at the contract's start (pricing 12). */
export function choosePackage(input: PackagedContractInput, packages: Package[]): Result<Package> {
  const { packageId, packageAlias = '', startingAt } = input
  const isById = packageId !== undefined
  const chosen = isById
    ? packages.find(({ id }) => id === packageId)
    : cardAtAlias(packages, packageAlias, startingAt)
  const field = isById ? 'package_id' : 'package_alias'
  if (chosen == null) {
    const what = isById
      ? `no package ${packageId}`
      : `no package has the alias "${packageAlias}" when the contract starts`
    return refuse('not_found', `${field}: ${what}`)
  }
  if (chosen.archivedAt === null) return ok(chosen)
  return refuse('invalid', `${field}: package ${chosen.id} is archived and takes no new contracts`)
}

/** The last instant that the API can write. */
const TIME_MAX = 253_402_300_799_999

/**
 * The terms of a package as those of a contract that starts at an instant (pricing 12); what they
 * come to is decided as for any other contract.
 * @param newId makes ids for what the contract consists of
 */
export function provisionPackage(
  { id: packageId, rateCardId, rateCardAlias, terms }: Package,
  input: PackagedContractInput,
  newId: () => string,
): Result<ContractInput> {
  const { startingAt } = input
  const { duration, usageStatementSchedule: schedule } = terms
  const invoicedFrom = schedule.invoiceGenerationStartingAtOffset
  const contract: ContractInput = {
    id: input.id,
    customerId: input.customerId,
    packageId,
    rateCardId: rateCardId ?? undefined,
    rateCardAlias: rateCardAlias ?? undefined,
    startingAt,
    endingBefore: duration && addOffsets(startingAt, duration),
    name: terms.contractName,
    uniquenessKey: input.uniquenessKey,
    netPaymentTermsDays: terms.netPaymentTermsDays,
    usageStatementSchedule: {
      frequency: schedule.frequency,
      day: schedule.day,
      invoiceGenerationStartingAt: invoicedFrom && addOffsets(startingAt, invoicedFrom),
    },
    multiplierOverridePrioritization: terms.multiplierOverridePrioritization,
    overrides: terms.overrides?.map((override) => placeOverride(override, startingAt, newId())),
    subscriptions: terms.subscriptions?.map((subscription) =>
      placeSubscription(subscription, startingAt, newId()),
    ),
    recurringBalances:
      terms.recurringBalances && placeRecurring(terms.recurringBalances, startingAt, newId),
    balances: [
      ...(terms.commits ?? []).map((commit, i) =>
        placeBalance(commit, startingAt, newId(), `commits[${i}].`),
      ),
      ...(terms.credits ?? []).map((credit, i) =>
        placeBalance(credit, startingAt, newId(), `credits[${i}].`),
      ),
    ],
    spendThreshold: terms.spendThreshold,
    prepaidThreshold: terms.prepaidThreshold,
    spendTrackers: terms.spendTrackers,
    scheduledCharges: terms.scheduledCharges?.map((charge) =>
      placeScheduledCharge(charge, startingAt, newId()),
    ),
    scheduledChargesOnUsageInvoices: terms.scheduledChargesOnUsageInvoices,
    transition: input.transition,
    customFields: input.customFields,
    createdBy: input.createdBy,
  }
  if (instantsOf(contract).every((at) => at <= TIME_MAX)) return ok(contract)
  return refuse('invalid', "starting_at: the package's terms would reach beyond the year 9999")
}

function instantsOf(contract: ContractInput): number[] {
  const { endingBefore = 0, usageStatementSchedule, overrides = [] } = contract
  const { scheduledCharges = [], subscriptions = [], recurringBalances = [] } = contract
  const { balances = [] } = contract
  return [
    endingBefore,
    usageStatementSchedule?.invoiceGenerationStartingAt ?? 0,
    ...overrides.map((override) => override.endingBefore ?? override.startingAt),
    ...subscriptions.map((term) => term.endingBefore ?? term.startingAt ?? 0),
    ...recurringBalances.map((each) => each.endingBefore ?? each.startingAt),
    ...balances.flatMap(({ access, payments }) => [
      ...access.map((segment) => segment.endingBefore),
      ...(payments?.schedule.items ?? []).map(({ at }) => at),
    ]),
    ...scheduledCharges.flatMap(({ schedule }) => (schedule.items ?? []).map(({ at }) => at)),
  ]
}
