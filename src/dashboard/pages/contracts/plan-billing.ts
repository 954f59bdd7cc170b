import { decimalText, groupDigits, shiftDecimal } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'
import { formatDay } from '../../format/time-text.ts'
import type { ContractDraft } from './contract-draft.ts'
import { TERM_KINDS } from './term-kinds.ts'
import { RHYTHMS, wordOf } from './term-text.ts'
import { readerOf, type ReadField, type Term, type TermContext } from './term.ts'

/** What a part of a contract bills, and when, in words. */
export interface PlannedBill {
  key: string
  title: string
  what: string
  isBilled: boolean
}

const STATEMENTS: Record<string, string> = {
  FIRST_OF_MONTH: 'from the first of the month',
  CONTRACT_START: 'from the day on which the contract starts',
  CUSTOM_DATE: 'from the date that was chosen',
}

/** What is billed by the contract, part by part. */
export function planBilling(draft: ContractDraft, context: TermContext): PlannedBill[] {
  const days = draft.netTerms.trim()
  const due = days === '' ? '' : `; due ${days} days after the invoice`
  const statements = STATEMENTS[draft.day] ?? ''
  const usage: PlannedBill = {
    key: 'usage',
    title: 'Usage',
    what: `At the end of each ${PERIODS[draft.frequency] ?? 'period'}, ${statements}${due}`,
    isBilled: true,
  }
  return [usage, ...draft.terms.map((term) => planTerm(term, context))]
}

const PERIODS: Record<string, string> = {
  WEEKLY: 'week',
  MONTHLY: 'month',
  QUARTERLY: 'quarter',
  ANNUAL: 'year',
}

const ITEM = 'access_schedule.schedule_items[0]'

function planTerm(term: Term, context: TermContext): PlannedBill {
  const kind = TERM_KINDS[term.kind]
  if (kind === undefined) return { key: term.key, title: '', what: '', isBilled: false }
  const read = readerOf(kind, term, context)
  const product = productOf(term.kind, read, context)
  const what = PLANS[term.kind]?.(read, context) ?? ''
  const name = read('name') || product
  return {
    key: term.key,
    title: name === '' ? kind.label : `${kind.label}: ${name}`,
    what,
    isBilled: !['credit', 'recurring_credit'].includes(term.kind),
  }
}

function productOf(kind: string, read: ReadField, { products }: TermContext): string {
  const paths: Record<string, string> = {
    subscription: 'subscription_rate.product_id',
    override: 'override_specifiers[0].product_id',
    spend_threshold: 'commit.product_id',
  }
  const id = read(paths[kind] ?? 'product_id')
  return products.find((product) => product.id === id)?.current.name ?? ''
}

type Plan = (read: ReadField, context: TermContext) => string

const scheduled =
  (once: string, many: string, mode: string): Plan =>
  (read, context) => {
    if (read(mode) === 'repeated') return instalments(read, many, context)
    return `${money(read(`${once}.amount`), context.currency)} on ${day(read(`${once}.timestamp`))}`
  }

const PLANS: Record<string, Plan> = {
  prepaid: (read, context) => {
    const access = accessText(read, context)
    if (read('$paid') === 'free') return `Nothing is invoiced. ${access}`
    const { schedule_items: once, recurring_schedule: many } = INVOICES
    return `${scheduled(once, many, '$paid')(read, context)}. ${access}`
  },
  postpaid: (read, { currency }) => {
    const amount = money(read(`${INVOICES.schedule_items}.amount`), currency)
    const at = day(read(`${INVOICES.schedule_items}.timestamp`))
    return `What is not spent of ${amount} is invoiced on ${at}`
  },
  credit: accessText,
  recurring_commit: (read, context) => {
    const price = read('invoice_amount.unit_price')
    const paid =
      price === '' ? 'Nothing is invoiced' : `${money(price, context.currency)} ${rhythm(read)}`
    return `${paid}, for ${recurringAmount(read, context)} ${rhythm(read)}${span(read)}`
  },
  recurring_credit: (read, context) =>
    `${recurringAmount(read, context)} ${rhythm(read)} to be used${span(read)}`,
  charge: scheduled('schedule.schedule_items[0]', 'schedule.recurring_schedule', '$due'),
  discount: (read, context) => `${PLANS['charge']?.(read, context) ?? ''} taken off`,
  subscription: (read) => {
    const quantity = groupDigits(read('initial_quantity'))
    const often = wordOf(read('subscription_rate.billing_frequency')).toLowerCase()
    return `${quantity} × its rate, ${often} in ${read('collection_schedule').toLowerCase()}${span(read)}`
  },
  override: (read, context) => {
    if (read('type') === 'MULTIPLIER') return `Prices × ${read('multiplier')}${span(read)}`
    if (read('type') !== 'OVERWRITE')
      return `Entitled: ${read('entitled') || 'as before'}${span(read)}`
    if (read('overwrite_rate.rate_type') !== 'FLAT') return `A rate of its own${span(read)}`
    const unit = unitOf(read('overwrite_rate.credit_type_id'), context)
    return `${money(read('overwrite_rate.price'), unit)} per unit${span(read)}`
  },
  spend_threshold: (read, { currency }) =>
    `A commit for what is used, as soon as ${money(read('threshold_amount'), currency)} are not paid yet`,
}

const INVOICES = {
  schedule_items: 'invoice_schedule.schedule_items[0]',
  recurring_schedule: 'invoice_schedule.recurring_schedule',
}

function instalments(read: ReadField, path: string, { currency }: TermContext): string {
  const amount = money(read(`${path}.amount`), currency)
  const isEach = read(`${path}.amount_distribution`) === 'EACH'
  const often = wordOf(read(`${path}.frequency`)).toLowerCase()
  const dates = `${often} from ${day(read(`${path}.starting_at`))}, all before ${day(read(`${path}.ending_before`))}`
  return isEach ? `${amount} ${dates}` : `${amount} in shares, ${dates}`
}

function accessText(read: ReadField, context: TermContext): string {
  const unit = unitOf(read('access_schedule.credit_type_id'), context)
  const from = day(read(`${ITEM}.starting_at`))
  return `${money(read(`${ITEM}.amount`), unit)} can be used from ${from} until ${day(read(`${ITEM}.ending_before`))}`
}

function recurringAmount(read: ReadField, context: TermContext): string {
  const unit = unitOf(read('access_amount.credit_type_id'), context)
  return money(read('access_amount.unit_price'), unit)
}

function rhythm(read: ReadField): string {
  return RHYTHMS[read('recurrence_frequency')] ?? 'each usage period'
}

function span(read: ReadField): string {
  const [from, until] = [read('starting_at'), read('ending_before')]
  return `${from === '' ? '' : `, from ${day(from)}`}${until === '' ? '' : ` until ${day(until)}`}`
}

function unitOf(id: string, { units, currency }: TermContext): Unit {
  return units.find((unit) => unit.id === id) ?? currency
}

/** An amount that someone typed, in dollars where the API has cents. */
function money(text: string, unit: Unit): string {
  const plain = text.replace(/[\s,_]/g, '')
  if (!/^\d+(\.\d+)?$/.test(plain)) return text === '' ? '…' : text
  const isInCents = unit.name === 'USD (cents)'
  return moneyText(isInCents ? shiftDecimal(decimalText(plain), -2) : decimalText(plain), unit)
}

function day(text: string): string {
  return text === '' ? '…' : formatDay(new Date(`${text}T00:00:00Z`))
}
