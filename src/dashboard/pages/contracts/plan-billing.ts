import { groupDigits } from '../../format/decimal-text.ts'
import type { Unit } from '../../format/money.ts'
import { CONTRACT_FIELDS } from './contract-fields.ts'
import { amountText, diffTerm, whenText } from './diff-term.ts'
import type { ContractDraft } from './contract-draft.ts'
import { TERM_KINDS } from './term-kinds.ts'
import { RHYTHMS, wordOf } from './term-text.ts'
import { readerOf, rowsOf, type ReadField, type Row, type Term, type TermContext } from './term.ts'

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
  const terms = draft.terms.map((term) => planTerm(term, context))
  return [usage, ...planMore(draft, context), ...terms]
}

/** What holds for the contract as a whole, if it is anything unusual. */
function planMore({ more }: ContractDraft, context: TermContext): PlannedBill[] {
  const before = Object.fromEntries(CONTRACT_FIELDS.map(({ path }) => [path, '']))
  const { lines } = diffTerm({ fields: CONTRACT_FIELDS, before, after: more, context })
  return lines.map(({ key, label, after: what }) => ({ key, title: label, what, isBilled: true }))
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
    isBilled: !['credit', 'recurring_credit', 'spend_tracker'].includes(term.kind),
  }
}

function productOf(kind: string, read: ReadField, { products }: TermContext): string {
  const paths: Record<string, string> = {
    subscription: 'subscription_rate.product_id',
    override: 'override_specifiers[0].product_id',
    spend_threshold: 'commit.product_id',
    balance_threshold: 'commit.product_id',
  }
  const id = read(paths[kind] ?? 'product_id')
  return products.find((product) => product.id === id)?.current.name ?? ''
}

type Plan = (read: ReadField, context: TermContext) => string

const scheduled =
  (once: string, many: string, mode: string): Plan =>
  (read, context) => {
    if (read(mode) === 'repeated') return instalments(read, many, context)
    const further = rowsOf(read(once.replace('[0]', ''))).map(
      (row) =>
        ` and ${money(row['amount'] ?? '', context.currency)} on ${day(row['timestamp'] ?? '')}`,
    )
    const first = `${money(read(`${once}.amount`), context.currency)} on ${day(read(`${once}.timestamp`))}`
    return first + further.join('')
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
    const often = wordOf(read('subscription_rate.billing_frequency')).toLowerCase()
    const isSeated = read('quantity_management_mode') === 'SEAT_BASED'
    const quantity = isSeated ? 'Each seat' : groupDigits(read('initial_quantity'))
    return `${quantity} × its rate, ${often} in ${read('collection_schedule').toLowerCase()}${span(read)}`
  },
  override: (read, context) => {
    const isOfCommits = read('is_commit_specific') === 'yes'
    return `${priceChange(read, context)}${isOfCommits ? ', only of what commits pay for' : ''}${span(read)}`
  },
  spend_threshold: (read, { currency }) =>
    `A commit for what is used, as soon as ${money(read('threshold_amount'), currency)} are not paid yet`,
  spend_tracker: (read) => `Counts what is bought of commits as ${read('alias') || '…'}`,
  balance_threshold: (read, context) => {
    const unit = unitOf(read('custom_credit_type_id'), context)
    const [least, full] = ['threshold_amount', 'recharge_to_amount'].map((path) =>
      money(read(path), unit),
    )
    return `A commit up to ${full}, as soon as less than ${least} is left`
  },
}

/** What an override does to prices. */
function priceChange(read: ReadField, context: TermContext): string {
  if (read('type') === 'MULTIPLIER') return `Prices × ${read('multiplier')}`
  if (read('type') === 'TIERED')
    return tiersText(read('tiers'), (row) => `× ${row['multiplier'] ?? ''}`)
  if (read('type') !== 'OVERWRITE') return `Entitled: ${read('entitled') || 'as before'}`
  const unit = unitOf(read('overwrite_rate.credit_type_id'), context)
  const rate = read('overwrite_rate.rate_type')
  if (rate === 'TIERED') {
    return tiersText(read('overwrite_rate.tiers'), (row) => money(row['price'] ?? '', unit))
  }
  if (rate === 'PERCENTAGE') return `${read('overwrite_rate.price')} of the spend`
  return `${money(read('overwrite_rate.price'), unit)} per unit`
}

function tiersText(text: string, say: (row: Row) => string): string {
  const parts = rowsOf(text).map((row) => {
    const { size = '' } = row
    return size === '' ? `then ${say(row)}` : `${groupDigits(size)} at ${say(row)}`
  })
  return parts.join(', ')
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
  const parts = [
    ['amount', 'starting_at', 'ending_before'].map((member) => read(`${ITEM}.${member}`)),
    ...rowsOf(read('access_schedule.schedule_items')).map((row) => [
      row['amount'],
      row['starting_at'],
      row['ending_before'],
    ]),
  ].map(
    ([amount = '', from = '', until = '']) =>
      `${money(amount, unit)} can be used from ${day(from)} until ${day(until)}`,
  )
  return parts.join(', ')
}

function recurringAmount(read: ReadField, context: TermContext): string {
  const unit = unitOf(read('access_amount.credit_type_id'), context)
  const isOfSeats = read('subscription_config.subscription_id') !== ''
  return `${money(read('access_amount.unit_price'), unit)}${isOfSeats ? ' for each seat' : ''}`
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

function money(text: string, unit: Unit): string {
  return text === '' ? '…' : amountText(text, unit)
}

function day(text: string): string {
  return text === '' ? '…' : whenText(text)
}
