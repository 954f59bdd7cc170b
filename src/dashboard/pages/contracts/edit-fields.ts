import type { Balance, Contract } from '../../api/answers.ts'
import { toInstant } from '../../components/inputs.tsx'
import type { Unit } from '../../format/money.ts'
import { NAME, PAYING, PRIORITY, RATE_TYPE, scopeFields } from './field-parts.ts'
import { SALE, SALE_MORE, SPEND_THRESHOLD } from './threshold-fields.ts'
import { readFields } from './read-term.ts'
import type { Recurring, ScheduledCharge } from './term-text.ts'
import {
  rowsOf,
  SETTLED,
  textOfRows,
  type Fields,
  type FieldSpec,
  type Row,
  type Values,
} from './term.ts'

/** What can be changed of a term that is there, and what it is now. */
export interface EditSheet {
  fields: Fields
  before: Values
}

const USD: Unit = { name: 'USD (cents)' }

const DESCRIPTION: FieldSpec = {
  path: 'description',
  label: 'Description',
  type: 'text',
  isOptional: true,
  isMore: true,
}

/** Of a commit or credit, of a contract or of the customer itself. */
export function balanceSheet(balance: Balance, now: Date): EditSheet {
  const unit = balance.access_schedule.credit_type
  const paid = 'invoice_schedule' in balance ? balance.invoice_schedule : undefined
  // Conditions that have more to them than the form asks for would lose it.
  const asksAll = (balance.specifiers ?? []).every(({ exclude = [] }) => exclude.length < 2)
  const fields: FieldSpec[] = [
    NAME,
    ...PAYING.filter(({ path }) => path === PRIORITY.path),
    {
      path: 'access_schedule',
      label: 'Can be used',
      type: 'schedule',
      noun: 'part',
      row: [
        { path: 'amount', label: 'Amount', type: 'money', unit },
        { path: 'starting_at', label: 'Usable from', type: 'day' },
        { path: 'ending_before', label: 'Expires', type: 'day' },
      ],
    },
    ...(paid === undefined ? [] : [paymentsField('Paid for', paid.credit_type)]),
    ...PAYING.filter(({ path }) => path !== PRIORITY.path && (asksAll || !isOfScope(path))),
    DESCRIPTION,
  ]
  const before = withDrafts(readFields(fields, balance, unit), now)
  return { fields, before: { ...before, $scope: scopeOf(balance) } }
}

const SCOPE = new Set(scopeFields().map(({ path }) => path))
const isOfScope = (path: string) => SCOPE.has(path)

/** Payments to come are on drafts only, and can be changed. */
function withDrafts(before: Values, now: Date): Values {
  const { invoice_schedule: text } = before
  if (text === undefined) return before
  const rows = rowsOf(text).map(({ [SETTLED]: settled, ...row }): Row => {
    const isPast = new Date(toInstant(row['timestamp'] ?? '') ?? 0) <= now
    return { ...row, ...(isPast && settled !== undefined && { [SETTLED]: settled }) }
  })
  return { ...before, invoice_schedule: textOfRows(rows) }
}

function paymentsField(label: string, unit: Unit): FieldSpec {
  return {
    path: 'invoice_schedule',
    label,
    type: 'schedule',
    noun: 'payment',
    row: [
      { path: 'amount', label: 'Amount', type: 'money', unit },
      { path: 'timestamp', label: 'On', type: 'day' },
    ],
  }
}

interface Scoped {
  applicable_product_ids?: readonly string[] | undefined
  applicable_product_tags?: readonly string[] | undefined
  specifiers?: readonly unknown[] | undefined
}

function scopeOf(scoped: Scoped): string {
  const { applicable_product_ids: ids = [], applicable_product_tags: tags = [] } = scoped
  if ((scoped.specifiers ?? []).length > 0) return 'specifiers'
  if (ids.length > 0) return tags.length > 0 ? 'any' : 'products'
  return tags.length > 0 ? 'tags' : 'all'
}

/** Of a scheduled charge: when it falls due, and how much. */
export function chargeSheet({ schedule }: ScheduledCharge, now: Date): EditSheet {
  const fields = [paymentsField('Falls due', schedule.credit_type)]
  const source = { invoice_schedule: schedule }
  return { fields, before: withDrafts(readFields(fields, source, schedule.credit_type), now) }
}

/** Of a recurring commit or credit: what periods bring that have not started yet. */
export function recurringSheet(recurring: Recurring, unitOf: (id: string) => Unit): EditSheet {
  const { access_amount: access, invoice_amount: invoice } = recurring
  const amount = (path: string, label: string, unit: Unit): FieldSpec[] => [
    { path: `${path}.unit_price`, label, type: 'money', unit },
  ]
  const quantity = (path: string, given: { quantity?: number | undefined }): FieldSpec[] =>
    given.quantity === undefined
      ? []
      : [{ path: `${path}.quantity`, label: 'Times', type: 'decimal', isMore: true }]
  const fields: FieldSpec[] = [
    ...amount('access_amount', 'Amount each period', unitOf(access.credit_type_id)),
    ...(invoice === undefined
      ? []
      : amount('invoice_amount', 'Price each period', unitOf(invoice.credit_type_id))),
    { path: 'ending_before', label: 'Until before', type: 'day', isOptional: true },
    { ...RATE_TYPE },
    ...quantity('access_amount', access),
    ...(invoice === undefined ? [] : quantity('invoice_amount', invoice)),
  ]
  return { fields, before: readFields(fields, recurring, USD) }
}

const SWITCH: FieldSpec = {
  path: 'is_enabled',
  label: 'It is',
  type: 'flag',
  choices: [
    { value: 'yes', label: 'Switched on' },
    { value: 'no', label: 'Switched off' },
  ],
}

type SpendThreshold = NonNullable<Contract['spend_threshold_configuration']>
type BalanceThreshold = NonNullable<Contract['prepaid_balance_threshold_configuration']>

export function spendThresholdSheet(threshold: SpendThreshold): EditSheet {
  const fields = [SWITCH, { ...SPEND_THRESHOLD, unit: USD }, ...SALE, ...SALE_MORE]
  return { fields, before: readFields(fields, threshold, USD) }
}

export function balanceThresholdSheet(threshold: BalanceThreshold, unit: Unit): EditSheet {
  const fields: FieldSpec[] = [
    SWITCH,
    { path: 'threshold_amount', label: 'Once less is left than', type: 'money', unit },
    { path: 'recharge_to_amount', label: 'Recharged to', type: 'money', unit },
    ...SALE,
    ...SALE_MORE,
    ...scopeFields('commit.').map((field) => ({ ...field, isMore: true as const })),
  ]
  const before = readFields(fields, threshold, unit)
  return { fields, before: { ...before, $scope: scopeOf(threshold.commit) } }
}
