import {
  currencyAt,
  end,
  FIXED_PRODUCT,
  furtherItems,
  instalments,
  NAME,
  PAYING,
  start,
  unitChoices,
} from './field-parts.ts'
import type { FieldSpec, ReadField, TermContext, TermKind } from './term.ts'

const ITEMS = 'access_schedule.schedule_items'
const ITEM = `${ITEMS}[0]`
const UNIT = 'access_schedule.credit_type_id'
const PAYMENT = 'invoice_schedule.schedule_items[0]'
const PAYMENTS = 'invoice_schedule.recurring_schedule'

const ACCESS: readonly FieldSpec[] = [
  { path: UNIT, label: 'Unit', type: 'choice', choices: unitChoices },
  { path: `${ITEM}.amount`, label: 'Amount', type: 'money', unitAt: UNIT },
  { path: `${ITEM}.starting_at`, label: 'Usable from', type: 'day', initial: start },
  { path: `${ITEM}.ending_before`, label: 'Expires', type: 'day', initial: end },
  {
    path: ITEMS,
    label: 'Further parts',
    type: 'rows',
    noun: 'part',
    rowsBefore: 1,
    isMore: true,
    hint: 'Amounts that can be used at other times, such as in each further year.',
    row: [
      { path: 'amount', label: 'Amount', type: 'money', unitAt: UNIT },
      { path: 'starting_at', label: 'Usable from', type: 'day' },
      { path: 'ending_before', label: 'Expires', type: 'day' },
    ],
  },
]

const isOnce = (read: ReadField) => read('$paid') === 'once'
const isRepeated = (read: ReadField) => read('$paid') === 'repeated'

const PAID: readonly FieldSpec[] = [
  {
    path: '$paid',
    label: 'Paid for',
    type: 'choice',
    choices: [
      { value: 'once', label: 'Once' },
      { value: 'repeated', label: 'In instalments' },
      { value: 'free', label: 'Not at all' },
    ],
    initial: () => 'once',
  },
  {
    path: `${PAYMENT}.amount`,
    label: 'Price',
    type: 'money',
    // Units of one's own cost what was agreed on; money costs itself, unless there is a discount.
    initial: (_context, read) => (read(UNIT) === '' ? read(`${ITEM}.amount`) : ''),
    isShown: isOnce,
  },
  {
    path: `${PAYMENT}.timestamp`,
    label: 'Invoiced on',
    type: 'day',
    initial: (_context, read) => read(`${ITEM}.starting_at`),
    isShown: isOnce,
  },
  ...instalments(PAYMENTS, isRepeated, (read) => (read(UNIT) === '' ? read(`${ITEM}.amount`) : '')),
  furtherItems('invoice_schedule.schedule_items', 'payment', isOnce),
]

/** Of commits that are added to a contract. */
export const PAYMENT_GATE: FieldSpec = {
  path: 'payment_gate_config.payment_gate_type',
  label: 'It counts',
  type: 'choice',
  choices: [
    { value: '', label: 'At once' },
    { value: 'EXTERNAL', label: 'When its payment is reported' },
  ],
  hint: 'The contract does not have it before.',
  isMore: true,
}

function accessUnit(context: TermContext, read: ReadField): Record<string, unknown> {
  return read(UNIT) === '' ? currencyAt(UNIT, context) : {}
}

/** Commits and credits that are agreed on once (pricing 6). */
export const BALANCE_TERMS: Record<string, TermKind> = {
  prepaid: {
    label: 'Prepaid commit',
    member: 'commits',
    fields: [FIXED_PRODUCT, NAME, ...ACCESS, ...PAID, ...PAYING],
    fixed: (context, read) => ({
      type: 'PREPAID',
      ...accessUnit(context, read),
      ...(read('$paid') !== 'free' && currencyAt('invoice_schedule.credit_type_id', context)),
    }),
  },
  postpaid: {
    label: 'Postpaid commit',
    member: 'commits',
    fields: [
      FIXED_PRODUCT,
      NAME,
      ...ACCESS.slice(1).map((field) =>
        field.type === 'money' ? { ...field, label: 'Minimum spend' } : field,
      ),
      {
        path: `${PAYMENT}.amount`,
        label: 'Trued up to',
        type: 'money',
        initial: (_context, read) => read(`${ITEM}.amount`),
      },
      {
        path: `${PAYMENT}.timestamp`,
        label: 'Trued up on',
        type: 'day',
        initial: (_context, read) => read(`${ITEM}.ending_before`),
        hint: 'What was not spent by then is invoiced.',
      },
      ...PAYING,
    ],
    fixed: (context, read) => ({
      type: 'POSTPAID',
      ...accessUnit(context, read),
      ...currencyAt('invoice_schedule.credit_type_id', context),
    }),
  },
  credit: {
    label: 'Credit',
    member: 'credits',
    fields: [FIXED_PRODUCT, NAME, ...ACCESS, ...PAYING],
    fixed: accessUnit,
  },
}
