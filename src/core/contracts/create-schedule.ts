import { FIAT_CREDIT_TYPES, findFiatCreditType, USD } from '../currency.ts'
import { Decimal, divide, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import { ok, refuse, unreachable, type Result } from '../result.ts'
import { amountOnce, itemAmount, type AmountInput, type ItemAmount } from './item-amount.ts'
import { recurringPeriods } from './recurrence.ts'
import type { Schedule, ScheduleItem } from './schedule.ts'

/** As many items as one schedule has: of weekly ones, those of 19 years. */
export const SCHEDULE_ITEMS_MAX = 1_000

export const SCHEDULE_FREQUENCIES = [
  'MONTHLY',
  'QUARTERLY',
  'SEMI_ANNUAL',
  'ANNUAL',
  'WEEKLY',
] as const
export type ScheduleFrequency = (typeof SCHEDULE_FREQUENCIES)[number]

export const AMOUNT_DISTRIBUTIONS = ['EACH', 'DIVIDED', 'DIVIDED_ROUNDED'] as const
export type AmountDistribution = (typeof AMOUNT_DISTRIBUTIONS)[number]

/** An item as it is asked for. */
export interface ScheduleItemInput extends AmountInput {
  at: number
}

/** Items at equal distances from the start; instants are epoch milliseconds. */
export interface RecurringInput extends AmountInput {
  startingAt: number
  /** Exclusive. */
  endingBefore: number
  frequency: ScheduleFrequency
  distribution: AmountDistribution
}

/** A schedule as it is asked for: by its items, or by what recurs. */
export interface ScheduleInput {
  /** US dollars if absent. */
  creditTypeId?: string
  items?: ScheduleItemInput[]
  recurring?: RecurringInput
}

/**
 * Decides on a schedule (pricing 6.4): recurring items are written out, and all are put in the
 * order of time. Refusals name the field as the API calls it.
 * @param ownerId of what is charged by the schedule; the ids of the items derive from it
 * @param path of the schedule's members, such as `scheduled_charges[0].schedule.`
 */
export function createSchedule(
  input: ScheduleInput,
  ownerId: string,
  path: string,
): Result<Schedule> {
  const { creditTypeId = USD.id, items = [], recurring } = input
  if (findFiatCreditType(creditTypeId) === undefined) {
    const names = FIAT_CREDIT_TYPES.map(({ name }) => name).join(', ')
    return refuse(
      'invalid',
      `${path}credit_type_id: expected the id of a currency, which invoices are in: one of ${names}`,
    )
  }
  if (recurring !== undefined && items.length > 0) {
    return refuse('invalid', `${path}recurring_schedule: expected only without schedule_items`)
  }
  if (recurring === undefined && items.length === 0) {
    return refuse('invalid', `${path}schedule_items: required, or else recurring_schedule`)
  }
  const written =
    recurring === undefined
      ? createItems(items, [ownerId], `${path}schedule_items`)
      : recur(recurring, creditTypeId, ownerId, `${path}recurring_schedule.`)
  return written.ok ? ok({ creditTypeId, items: inOrder(written.value) }) : written
}

/** In the order of time; at the same instant in the order in which they were given. */
export function inOrder(items: ScheduleItem[]): ScheduleItem[] {
  return items.toSorted((a, b) => a.at - b.at)
}

/**
 * Decides on items that are given one by one.
 * @param owner what their ids derive from, besides their places in the list
 * @param field the list
 */
export function createItems(
  inputs: ScheduleItemInput[],
  owner: string[],
  field: string,
): Result<ScheduleItem[]> {
  if (inputs.length > SCHEDULE_ITEMS_MAX) return refuse('invalid', tooMany(field))
  const items: ScheduleItem[] = []
  for (const [i, input] of inputs.entries()) {
    const amount = itemAmount(input, `${field}[${i}].`)
    if (!amount.ok) return amount
    const id = deriveId('schedule-item', ...owner, String(i))
    items.push({ id, at: input.at, ...amount.value })
  }
  return ok(items)
}

export function tooMany(field: string): string {
  return `${field}: a schedule has at most ${SCHEDULE_ITEMS_MAX} items`
}

function recur(
  input: RecurringInput,
  creditTypeId: string,
  ownerId: string,
  path: string,
): Result<ScheduleItem[]> {
  const { startingAt, endingBefore, distribution } = input
  if (endingBefore <= startingAt) {
    return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
  }
  const amount = itemAmount(input, path)
  if (!amount.ok) return amount
  const dates = occurrences(input)
  if (dates === null) return refuse('invalid', tooMany(`${path}ending_before`))
  const amounts = distribute(amount.value, distribution, dates.length, creditTypeId)
  return ok(
    amounts.map((share, i) => {
      return { id: deriveId('schedule-item', ownerId, String(i)), at: dates[i]!, ...share }
    }),
  )
}

/** The start and its repetitions before the end; null for too many. */
function occurrences({ startingAt, endingBefore, frequency }: RecurringInput): number[] | null {
  const recurrence = { frequency, anchorMs: startingAt }
  const dates: number[] = []
  for (const { startMs } of recurringPeriods(recurrence, {
    startMs: startingAt,
    endMs: endingBefore,
  })) {
    if (dates.length === SCHEDULE_ITEMS_MAX) return null
    dates.push(startMs)
  }
  return dates
}

/** What each of several occurrences comes to; a share of the whole is one times that share. */
function distribute(
  whole: ItemAmount,
  distribution: AmountDistribution,
  count: number,
  creditTypeId: string,
): ItemAmount[] {
  switch (distribution) {
    case 'EACH':
      return repeat(whole, count)
    case 'DIVIDED':
      return repeat(
        amountOnce(toText(divide(new Decimal(whole.amount), new Decimal(count)))),
        count,
      )
    case 'DIVIDED_ROUNDED':
      return divideRounded(new Decimal(whole.amount), count, creditTypeId)
    default:
      return unreachable(distribution)
  }
}

/**
 * Shares in whole cents, of which the last one also has what is left (pricing 18.8). Shares are
 * rounded down, for otherwise the last one could become negative.
 */
function divideRounded(total: Decimal, count: number, creditTypeId: string): ItemAmount[] {
  // US dollars are counted in cents, all other currencies in whole units of a hundred cents.
  const decimals = creditTypeId === USD.id ? 0 : 2
  const share = divide(total, new Decimal(count)).toDecimalPlaces(decimals, Decimal.ROUND_DOWN)
  const last = total.minus(share.times(count - 1))
  return [...repeat(amountOnce(toText(share)), count - 1), amountOnce(toText(last))]
}

function repeat(amount: ItemAmount, count: number): ItemAmount[] {
  return Array.from({ length: count }, () => amount)
}
