import { currencyAt, FIXED_PRODUCT, NAME, PAYING, SPAN, unitChoices } from './field-parts.ts'
import type { FieldSpec, ReadField, TermContext, TermKind } from './term.ts'

const SEATS = 'subscription_config'
const isLinked = (read: ReadField) => read(`${SEATS}.subscription_id`) !== ''

const RECURRING: readonly FieldSpec[] = [
  FIXED_PRODUCT,
  NAME,
  { path: 'access_amount.credit_type_id', label: 'Unit', type: 'choice', choices: unitChoices },
  {
    path: 'access_amount.unit_price',
    label: 'Amount each period',
    type: 'money',
    unitAt: 'access_amount.credit_type_id',
  },
  {
    path: 'recurrence_frequency',
    label: 'Period',
    type: 'choice',
    choices: [
      { value: '', label: 'As usage is billed' },
      { value: 'MONTHLY', label: 'Month' },
      { value: 'QUARTERLY', label: 'Quarter' },
      { value: 'ANNUAL', label: 'Year' },
      { value: 'WEEKLY', label: 'Week' },
      { value: 'DAILY', label: 'Day' },
    ],
  },
  {
    path: 'commit_duration.value',
    label: 'Usable for so many periods',
    type: 'decimal',
    initial: () => '1',
  },
  ...SPAN,
]

const SEAT_LINK: readonly FieldSpec[] = [
  {
    path: `${SEATS}.subscription_id`,
    label: 'For each seat of',
    type: 'choice',
    choices: ({ subscriptions }) => [
      { value: '', label: subscriptions.length === 0 ? 'No subscription yet' : 'No subscription' },
      ...subscriptions,
    ],
    hint: 'The amount is then for one seat.',
    isMore: true,
  },
  {
    path: `${SEATS}.allocation`,
    label: 'Seats have it',
    type: 'choice',
    choices: [
      { value: 'POOLED', label: 'Together' },
      { value: 'INDIVIDUAL', label: 'Each its own' },
    ],
    initial: () => 'POOLED',
    isShown: isLinked,
    isMore: true,
  },
  {
    path: `${SEATS}.apply_seat_increase_config.is_prorated`,
    label: 'Seats added within a period',
    type: 'flag',
    choices: [
      { value: 'yes', label: 'Bring a part' },
      { value: 'no', label: 'Bring all of it' },
    ],
    initial: () => 'no',
    isShown: isLinked,
    isMore: true,
  },
  {
    path: 'proration',
    label: 'Partial periods',
    type: 'choice',
    choices: [
      { value: '', label: 'Bring a part, first and last' },
      { value: 'FIRST', label: 'Only the first brings a part' },
      { value: 'LAST', label: 'Only the last brings a part' },
      { value: 'NONE', label: 'Bring all of it' },
    ],
    isMore: true,
  },
]

const amountOf = (context: TermContext, read: ReadField) => ({
  ...(!isLinked(read) && { 'access_amount.quantity': 1 }),
  ...(read('access_amount.credit_type_id') === '' &&
    currencyAt('access_amount.credit_type_id', context)),
})

/** Commits and credits that come again each period (pricing 6.5, 6.6). */
export const RECURRING_TERMS: Record<string, TermKind> = {
  recurring_commit: {
    label: 'Recurring commit',
    member: 'recurring_commits',
    fields: [
      ...RECURRING,
      {
        path: 'invoice_amount.unit_price',
        label: 'Price each period',
        type: 'money',
        isOptional: true,
        hint: 'Invoiced at the start of each; empty: free.',
      },
      ...PAYING,
      ...SEAT_LINK,
    ],
    fixed: (context, read) => ({
      ...amountOf(context, read),
      ...(read('invoice_amount.unit_price') !== '' && {
        ...(!isLinked(read) && { 'invoice_amount.quantity': 1 }),
        ...currencyAt('invoice_amount.credit_type_id', context),
      }),
    }),
  },
  recurring_credit: {
    label: 'Recurring credit',
    member: 'recurring_credits',
    fields: [...RECURRING, ...PAYING, ...SEAT_LINK],
    fixed: amountOf,
  },
}
