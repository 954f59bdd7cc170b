import type { ContractTerms } from '../contracts/contract.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { BalanceRateType } from './balance.ts'
import type { BalanceKind } from './balance-kind.ts'
import { kindOf } from './balance-kind.ts'
import { termsAt } from './child-periods.ts'
import {
  checkQuantity,
  createRecurringBalances,
  type RecurringInput,
  type RecurringSurroundings,
} from './create-recurring-balance.ts'
import type { PeriodAmount, RecurringBalance, RecurringChange } from './recurring-balance.ts'

type Rounding = NonNullable<RecurringBalance['prorationRounding']>

/** How a recurring commit or credit is asked to go on; members that are absent stay as they are. */
export interface RecurringUpdate {
  id: string
  /** How messages name its members, such as `update_recurring_commits[0].`. */
  path: string
  kind: BalanceKind
  accessAmount?: { unitPrice?: string; quantity?: string }
  invoiceAmount?: { unitPrice?: string; quantity?: string }
  /** Null: with the contract. */
  endingBefore?: number | null
  rateType?: BalanceRateType
  /** Null takes it away, as a whole or in one of its parts. */
  prorationRounding?: { [Part in keyof Rounding]?: Rounding[Part] | null } | null
}

/** What an edit is asked to do; members that are absent change nothing. */
export interface RecurringEdits {
  addRecurring?: RecurringInput[]
  updateRecurring?: RecurringUpdate[]
}

export interface UpdatedRecurring {
  id: string
  type: RecurringBalance['type']
  change: RecurringChange
}

/** What an edit does. */
export interface RecurringChanges {
  addRecurring?: RecurringBalance[]
  updateRecurring?: UpdatedRecurring[]
}

/**
 * Decides on an edit of a contract's recurring commits and credits (pricing 6.5, 11): what they
 * have made for periods that have started stays as it is.
 */
export function changeRecurring(
  { addRecurring = [], updateRecurring = [] }: RecurringEdits,
  surroundings: RecurringSurroundings,
  now: number,
): Result<RecurringChanges> {
  const added = createRecurringBalances(addRecurring, surroundings, now)
  if (!added.ok) return added
  const updates: UpdatedRecurring[] = []
  for (const update of updateRecurring) {
    const updated = decideUpdate(update, surroundings.present, now)
    if (!updated.ok) return updated
    if (updates.some(({ id }) => id === update.id)) {
      return refuse(
        'invalid',
        `${idField(update)}: expected each one once; ${update.id} comes twice`,
      )
    }
    updates.push(updated.value)
  }
  return ok({
    addRecurring: added.value.length === 0 ? undefined : added.value,
    updateRecurring: updates.length === 0 ? undefined : updates,
  })
}

/** The terms after some changes. */
export function applyRecurringChanges(
  terms: ContractTerms,
  { addRecurring = [], updateRecurring = [] }: RecurringChanges,
): ContractTerms {
  if (addRecurring.length === 0 && updateRecurring.length === 0) return terms
  const kept = (terms.recurringBalances ?? []).map((recurring) => {
    const made = updateRecurring.filter(({ id }) => id === recurring.id)
    if (made.length === 0) return recurring
    const changes = [...(recurring.changes ?? []), ...made.map(({ change }) => change)]
    return { ...recurring, changes }
  })
  return { ...terms, recurringBalances: [...kept, ...addRecurring] }
}

function decideUpdate(
  update: RecurringUpdate,
  present: RecurringBalance[],
  now: number,
): Result<UpdatedRecurring> {
  const { id, path, kind, endingBefore, rateType } = update
  const what = kind.toLowerCase()
  const found = present.find((one) => one.id === id && kindOf(one.type) === kind)
  if (found === undefined) {
    return refuse('not_found', `${idField(update)}: the contract has no recurring ${what} ${id}`)
  }
  const current = termsAt(found, Infinity)
  if (typeof endingBefore === 'number' && endingBefore <= found.startingAt) {
    return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
  }
  const amounts = changeAmounts(update, current)
  if (!amounts.ok) return amounts
  const change: RecurringChange = {
    from: now,
    ...amounts.value,
    endingBefore,
    rateType,
    prorationRounding: changeRounding(update, current),
  }
  const { from: _, ...members } = change
  if (Object.values(members).some((value) => value !== undefined))
    return ok({ id, type: found.type, change })
  return refuse('invalid', `${idField(update)}: expected something to change of it`)
}

function idField({ path, kind }: RecurringUpdate): string {
  return `${path}recurring_${kind.toLowerCase()}_id`
}

function changeAmounts(
  { path, accessAmount, invoiceAmount }: RecurringUpdate,
  current: RecurringBalance,
): Result<Pick<RecurringChange, 'accessAmount' | 'invoiceAmount'>> {
  if (accessAmount !== undefined) {
    const isLinked = current.subscription !== undefined
    const quantity = accessAmount.quantity ?? current.accessAmount.quantity ?? undefined
    const counted = checkQuantity(quantity, isLinked, `${path}access_amount.`)
    if (!counted.ok) return counted
  }
  if (invoiceAmount !== undefined && current.invoiceAmount === null) {
    return refuse('invalid', `${path}invoice_amount: the recurring commit has none to be changed`)
  }
  return ok({
    accessAmount: changeAmount(current.accessAmount, accessAmount),
    invoiceAmount: changeAmount(current.invoiceAmount, invoiceAmount),
  })
}

function changeAmount(
  current: PeriodAmount | null,
  asked: RecurringUpdate['accessAmount'],
): PeriodAmount | undefined {
  if (current === null || asked === undefined) return undefined
  const { unitPrice = current.unitPrice, quantity = current.quantity } = asked
  return { ...current, unitPrice, quantity }
}

function changeRounding(
  { prorationRounding: asked }: RecurringUpdate,
  { prorationRounding: current }: RecurringBalance,
): Rounding | undefined {
  if (asked === undefined) return undefined
  if (asked === null) return {}
  const { access = current?.access, invoice = current?.invoice } = asked
  return { access: access ?? undefined, invoice: invoice ?? undefined }
}
