import type { Product } from '../catalog/product.ts'
import { referToBalances } from '../ledger/balance-references.ts'
import {
  changeBalances,
  type BalanceEdits,
  type ChangedBalances,
  type ChangeSurroundings,
} from '../ledger/change-balances.ts'
import { changeRecurring, type RecurringEdits } from '../ledger/change-recurring.ts'
import { checkSeats } from '../ledger/create-recurring-balance.ts'
import { ok, refuse, type Refusal, type Result } from '../result.ts'
import { editThresholds, type ThresholdEdits } from '../thresholds/edit-thresholds.ts'
import { formatTimestamp, isHourAligned } from '../time.ts'
import { billedCharges } from './billed-charges.ts'
import { billingPeriodAt } from './billing-period.ts'
import type { CardContents } from './card-contents.ts'
import {
  applyChanges,
  type Amendment,
  type ContractChanges,
  type ContractEdit,
} from './contract-edit.ts'
import type { Contract, FormerEnd, Transition } from './contract.ts'
import { cutCharges } from './cut-charges.ts'
import type { InvoicedItems } from './edit-schedule.ts'
import type { ScheduleItem } from './schedule.ts'
import { editSubscriptions, type SubscriptionEdits } from './edit-subscriptions.ts'
import { namesOf } from './create-subscription.ts'
import { billProfessionalServices, type ServiceInvoiceInput } from './bill-professional-service.ts'
import { checkTermsSize } from './terms-size.ts'
import { createOverrides, type OverrideInput } from './create-override.ts'
import { changeScheduledCharges, type ScheduledChargeUpdate } from './edit-scheduled-charges.ts'
import { createFixedTerms, type FixedTermsInput } from './fixed-terms.ts'
import { checkUsageFilter, type UsageFilter } from './usage-filter.ts'

/** An edit as it is asked for; members that are absent change nothing. */
export interface EditInput extends SubscriptionEdits, BalanceEdits, RecurringEdits {
  id: string
  customerId: string
  contractId: string
  uniquenessKey?: string
  addOverrides?: OverrideInput[]
  /** Ids. */
  removeOverrides?: string[]
  addTerms?: FixedTermsInput
  updateScheduledCharges?: ScheduledChargeUpdate[]
  /** Ids. */
  archiveScheduledCharges?: string[]
  billServices?: ServiceInvoiceInput
  setUsageFilter?: UsageFilter
  /** Null: evergreen from now on. */
  endingBefore?: number | null
  /** Whether the contract may end before the end of a finalized invoice; true if absent. */
  mayCutInvoices?: boolean
  name?: string | null
  netPaymentTermsDays?: number | null
  thresholds?: ThresholdEdits
  amendment?: Amendment
  /** Values to set on the contract itself. */
  customFields?: Record<string, string>
  /** Another contract takes over; then the contract may end where it began. */
  transition?: Transition
  createdBy: string
  /** What the call that the edit comes from names its fields. */
  fields: EditFields
}

/** Fields as messages name them: each call has names of its own. */
export interface EditFields {
  overrides: string
  /** Of the other lists of terms that are added. */
  prefix: '' | 'add_'
  endingBefore: string
}

/** What exists, as far as an edit depends on it. */
export interface EditSurroundings {
  contract: Contract
  /** How many edits the contract has had. */
  edits: number
  isUniquenessKeyUsed: boolean
  /** What is on the contract's rate card; null when it has none, or where nothing depends on it. */
  card: CardContents | null
  /** What exists of the products that the edit names, or that thresholds have; absent for none. */
  products?: Product[]
  /** The ids of custom pricing units, of all that recurring balances name; absent for none. */
  customUnitIds?: ReadonlySet<string>
  /** What of charges by a schedule is invoiced, by the ids of schedule items: see `FixedCharge`. */
  invoicedChargeIds: InvoicedItems
  /** What the edit's commits and credits depend on; absent where it has and names none. */
  ledger?: ChangeSurroundings
  /** What the contract is to invoice for prepaid commits; absent for nothing. */
  payments?: Pick<ScheduleItem, 'id' | 'at'>[]
  /** The contract's usage invoices that are final, void ones among them. */
  invoices: { endingBefore: number; status: 'FINALIZED' | 'VOID' }[]
}

export const EDIT_KEY_USED: Refusal = {
  code: 'conflict',
  message: 'This uniqueness key has already been used.',
}

/** What an edit comes to. */
export interface EditedContract {
  contract: Contract
  edit: ContractEdit
  balances: Pick<ChangedBalances, 'added' | 'changed'>
}

const NO_LEDGER: ChangeSurroundings = {
  balances: [],
  products: [],
  customUnitIds: new Set(),
  contracts: [],
  invoiced: new Map(),
  drawnSegmentIds: new Set(),
}

/**
 * Decides on an edit of a contract, all of it or nothing (pricing 11). Final invoices stay as they
 * are; drafts are computed from the terms as they are then.
 */
export function editContract(
  input: EditInput,
  surroundings: EditSurroundings,
  now: number,
): Result<EditedContract> {
  const { contract } = surroundings
  if (surroundings.isUniquenessKeyUsed) return { ok: false, error: EDIT_KEY_USED }
  if (contract.archivedAt !== null) {
    return refuse('invalid', `contract_id: contract ${contract.id} is archived and takes no edits`)
  }
  const { customerId, createdBy } = input
  const owner = { customerId, contractId: contract.id, createdBy, editId: input.id }
  const ledger = surroundings.ledger ?? NO_LEDGER
  const balances = changeBalances(input, owner, ledger, now)
  if (!balances.ok) return balances
  const decided = decideChanges(input, surroundings, now)
  if (!decided.ok) return decided
  const changes = ok({ ...decided.value, ...balances.value.changes })
  if (isNothing(changes.value) && input.amendment === undefined) {
    return refuse('invalid', 'The request body: expected at least one change of the contract')
  }
  const edited = { ...contract, ...applyChanges(contract, changes.value) }
  const size = checkTermsSize(edited.terms, input.fields.overrides)
  if (!size.ok) return size
  const { recurringBalances = [], subscriptions = [] } = edited.terms
  const links = recurringBalances.flatMap(({ subscription }) => subscription ?? [])
  const seats = checkSeats(links, subscriptions, 'update_subscriptions')
  if (!seats.ok) return seats
  const edit: ContractEdit = {
    id: input.id,
    contractId: contract.id,
    ordinal: surroundings.edits + 1,
    uniquenessKey: input.uniquenessKey ?? null,
    changes: changes.value,
    amendment: input.amendment ?? null,
    createdAt: now,
    createdBy: input.createdBy,
  }
  return ok({ contract: edited, edit, balances: balances.value })
}

function isNothing(members: object): boolean {
  return Object.values(members).every((value) => value === undefined)
}

function decideChanges(
  input: EditInput,
  surroundings: EditSurroundings,
  now: number,
): Result<ContractChanges> {
  const { contract, card } = surroundings
  const prioritization = contract.terms.multiplierOverridePrioritization ?? 'LOWEST_MULTIPLIER'
  const inputs = input.addOverrides ?? []
  const made = [
    ...(input.addBalances ?? []).map((balance) => ({ ...balance, isRecurring: false })),
    ...(input.addRecurring ?? []).map((each) => ({ ...each, isRecurring: true })),
  ]
  const balances = referToBalances(surroundings.ledger?.balances ?? [], contract, made)
  if (!balances.ok) return balances
  const terms = { card, prioritization, balances: balances.value }
  const added = createOverrides(inputs, terms, now, input.fields.overrides)
  if (!added.ok) return added
  const removed = checkRemovals(input.removeOverrides ?? [], contract)
  if (!removed.ok) return removed
  const filters = checkFilter(input.setUsageFilter, surroundings)
  if (!filters.ok) return filters
  const fixed = decideFixedTerms(input, surroundings, now)
  if (!fixed.ok) return fixed
  const end = moveEnd(input, surroundings, now)
  if (!end.ok) return end
  const thresholds = editThresholds(input.thresholds ?? {}, contract.terms, {
    rateCard: card?.rateCard ?? null,
    products: surroundings.products ?? [],
  })
  if (!thresholds.ok) return thresholds
  const { endingBefore = contract.endingBefore } = end.value
  const finalEnds = new Set(surroundings.invoices.map((invoice) => invoice.endingBefore))
  const ending = { contract, endingBefore, card, finalEnds }
  const subscriptions = editSubscriptions(input, ending, now)
  if (!subscriptions.ok) return subscriptions
  const { addSubscriptions: newSubscriptions = [] } = subscriptions.value
  const recurring = changeRecurring(
    input,
    {
      contract: { startingAt: contract.startingAt, endingBefore },
      present: contract.terms.recurringBalances ?? [],
      subscriptions: [...(contract.terms.subscriptions ?? []), ...newSubscriptions],
      subscriptionNames: namesOf(input.addSubscriptions ?? []),
      products: surroundings.products ?? [],
      customUnitIds: surroundings.customUnitIds ?? new Set(),
    },
    now,
  )
  if (!recurring.ok) return recurring
  return ok({
    addOverrides: added.value.length === 0 ? undefined : added.value,
    removeOverrides: removed.value.length === 0 ? undefined : removed.value,
    addUsageFilters: filters.value,
    ...fixed.value,
    name: input.name,
    netPaymentTermsDays: input.netPaymentTermsDays,
    addTransition: input.transition,
    cutCharges:
      cutCharges(contract, end.value.endingBefore, surroundings.payments ?? []) ?? undefined,
    formerEnd: formerEndOf(contract, end.value.endingBefore, now),
    ...subscriptions.value,
    ...recurring.value,
    ...end.value,
    ...thresholds.value,
  })
}

/**
 * What recurring commits and credits were made by, and where the contract was over: then what it
 * had has expired.
 */
function formerEndOf(
  { endingBefore, terms }: Contract,
  moved: number | null | undefined,
  now: number,
): FormerEnd | undefined {
  const isMoved = moved !== undefined && moved !== endingBefore
  const recurringCount = terms.recurringBalances?.length ?? 0
  const isOver = endingBefore !== null && endingBefore <= now
  return isMoved && (recurringCount > 0 || isOver)
    ? { until: now, endingBefore, recurringCount }
    : undefined
}

/** What the edit does to terms that do not depend on usage (pricing 7). */
function decideFixedTerms(
  input: EditInput,
  { contract: { terms }, products = [], invoicedChargeIds }: EditSurroundings,
  now: number,
): Result<ContractChanges> {
  const { scheduledCharges = [], resellerRoyalties: royalties } = terms
  const { addTerms = {}, billServices } = input
  const added = createFixedTerms(addTerms, { products, royalties }, now, input.fields.prefix)
  if (!added.ok) return added
  const changes = { update: input.updateScheduledCharges, archive: input.archiveScheduledCharges }
  const changed = changeScheduledCharges(
    scheduledCharges,
    changes,
    invoicedChargeIds,
    input.id,
    now,
  )
  if (!changed.ok) return changed
  const billed =
    billServices === undefined
      ? ok(undefined)
      : billProfessionalServices(billServices, terms, invoicedChargeIds, input.id)
  if (!billed.ok) return billed
  return ok({
    addTerms: isNothing(added.value) ? undefined : added.value,
    changeScheduledCharges: changed.value.length === 0 ? undefined : changed.value,
    addProfessionalServiceCharges: billed.value,
  })
}

function checkRemovals(ids: string[], { terms }: Contract): Result<string[]> {
  for (const [i, id] of ids.entries()) {
    if (terms.overrides?.some((override) => override.id === id)) continue
    return refuse('not_found', `remove_overrides[${i}].id: the contract has no override ${id}`)
  }
  return ok(ids)
}

function checkFilter(
  filter: UsageFilter | undefined,
  { contract, card }: EditSurroundings,
): Result<UsageFilter[] | undefined> {
  if (filter === undefined) return ok(undefined)
  if (!isHourAligned(filter.startingAt)) {
    return refuse('invalid', 'starting_at: expected a timestamp on the hour')
  }
  if (filter.startingAt < contract.startingAt) {
    const start = formatTimestamp(contract.startingAt)
    return refuse('invalid', `starting_at: expected the contract's start, ${start}, or later`)
  }
  const checked = checkUsageFilter(filter, card, 'group_key')
  return checked.ok ? ok([filter]) : checked
}

/**
 * Moves the contract's end. What final invoices cover stays covered by them: a period that one of
 * them ends within, because the contract ended there before, goes on with a statement of its own.
 */
function moveEnd(
  { endingBefore, mayCutInvoices = true, transition, fields }: EditInput,
  { contract, invoices }: EditSurroundings,
  now: number,
): Result<Pick<ContractChanges, 'endingBefore' | 'breaks'>> {
  if (endingBefore === undefined) return ok({})
  const isEmptied = transition !== undefined && endingBefore === contract.startingAt
  if (endingBefore !== null && endingBefore <= contract.startingAt && !isEmptied) {
    return refuse('invalid', `${fields.endingBefore}: expected an instant after starting_at`)
  }
  const finalized = invoices.filter(({ status }) => status === 'FINALIZED')
  const lastEnd = Math.max(...finalized.map((invoice) => invoice.endingBefore))
  if (!mayCutInvoices && endingBefore !== null && endingBefore < lastEnd) {
    return refuse(
      'invalid',
      `${fields.endingBefore}: an invoice up to ${formatTimestamp(lastEnd)} is finalized, and the request does not allow to end the contract before that`,
    )
  }
  const open = { ...contract, endingBefore: null }
  const ends = new Set(invoices.map((invoice) => invoice.endingBefore))
  if (isChargedToEnd(contract, now)) ends.add(contract.endingBefore!)
  const breaks = [...ends].filter((end) => billingPeriodAt(open, end)?.startMs !== end)
  const known = contract.terms.statementSchedule.breaks ?? []
  if (breaks.length === 0) return ok({ endingBefore })
  return ok({ endingBefore, breaks: [...known, ...breaks].sort((a, b) => a - b) })
}

/**
 * Whether scheduled invoices, which are final before the usage invoice is, have charged
 * subscriptions in arrears up to the contract's end: a later end leaves the rest to be charged.
 */
function isChargedToEnd(contract: Contract, now: number): boolean {
  const { endingBefore, terms } = contract
  return (terms.subscriptions ?? []).some(
    (subscription) =>
      subscription.collectionSchedule === 'ARREARS' &&
      subscription.invoicePlacement === 'ON_SCHEDULED_INVOICE' &&
      billedCharges(subscription, contract, new Set(), now).some(
        ({ item }) => item.covered.endMs === endingBefore,
      ),
  )
}
