import {
  currencyAt,
  FIXED_PRODUCT,
  FREQUENCIES,
  furtherItems,
  instalments,
  NAME,
  SPAN,
  start,
} from './field-parts.ts'
import type { FieldSpec, ReadField, TermContext, TermKind } from './term.ts'

const ONE = 'schedule.schedule_items[0]'
const MANY = 'schedule.recurring_schedule'
const isOnce = (read: ReadField) => read('$due') === 'once'

const SCHEDULED: readonly FieldSpec[] = [
  FIXED_PRODUCT,
  NAME,
  {
    path: '$due',
    label: 'Falls due',
    type: 'choice',
    choices: [
      { value: 'once', label: 'Once' },
      { value: 'repeated', label: 'Again and again' },
    ],
    initial: () => 'once',
  },
  { path: `${ONE}.amount`, label: 'Amount', type: 'money', isShown: isOnce },
  { path: `${ONE}.timestamp`, label: 'On', type: 'day', initial: start, isShown: isOnce },
  ...instalments(MANY, (read) => read('$due') === 'repeated').map((field) =>
    field.path.endsWith('distribution') ? { ...field, initial: () => 'EACH' } : field,
  ),
  furtherItems('schedule.schedule_items', 'date', isOnce),
]

const scheduleUnit = (context: TermContext) => currencyAt('schedule.credit_type_id', context)

const isSeated = (read: ReadField) => read('quantity_management_mode') === 'SEAT_BASED'

const SEATS: readonly FieldSpec[] = [
  {
    path: 'quantity_management_mode',
    label: 'Quantity is',
    type: 'choice',
    choices: [
      { value: '', label: 'A number' },
      { value: 'SEAT_BASED', label: 'Seats with ids' },
    ],
  },
  {
    path: 'initial_quantity',
    label: 'Quantity',
    type: 'decimal',
    initial: () => '1',
    isShown: (read) => !isSeated(read),
  },
  {
    path: 'seat_config.seat_group_key',
    label: 'Property with the seat',
    type: 'text',
    hint: 'A group key of a product on the rate card, such as user_id.',
    isShown: isSeated,
  },
  {
    path: 'seat_config.initial_seat_ids',
    label: 'Seats',
    type: 'tags',
    isOptional: true,
    hint: 'Their ids, as events have them.',
    isShown: isSeated,
  },
  {
    path: 'seat_config.initial_unassigned_seats',
    label: 'Seats without an id',
    type: 'decimal',
    isOptional: true,
    isShown: isSeated,
  },
]

const SUBSCRIPTION: readonly FieldSpec[] = [
  {
    path: 'subscription_rate.product_id',
    label: 'Product',
    type: 'product',
    productTypes: ['SUBSCRIPTION'],
    hint: 'It needs a rate on the rate card for how often it is billed.',
  },
  NAME,
  {
    path: 'subscription_rate.billing_frequency',
    label: 'Billed',
    type: 'choice',
    choices: FREQUENCIES,
    initial: () => 'MONTHLY',
  },
  {
    path: 'collection_schedule',
    label: 'Invoiced',
    type: 'choice',
    choices: [
      { value: 'ADVANCE', label: 'In advance' },
      { value: 'ARREARS', label: 'In arrears' },
    ],
    initial: () => 'ADVANCE',
  },
  ...SEATS,
  {
    path: 'proration.is_prorated',
    label: 'Parts of periods',
    type: 'flag',
    choices: [
      { value: 'yes', label: 'Prorated' },
      { value: 'no', label: 'In full' },
    ],
    initial: () => 'yes',
  },
  {
    path: 'proration.invoice_behavior',
    label: 'Changes of quantity',
    type: 'choice',
    choices: [
      { value: 'BILL_IMMEDIATELY', label: 'Billed at once' },
      { value: 'BILL_ON_NEXT_COLLECTION_DATE', label: 'Billed next time' },
    ],
    initial: () => 'BILL_IMMEDIATELY',
    isShown: (read) => read('proration.is_prorated') === 'yes',
  },
  ...SPAN,
  {
    path: 'billing_cycle_config.anchor_date',
    label: 'Periods counted from',
    type: 'day',
    isOptional: true,
    hint: 'Otherwise they are those of usage.',
    isMore: true,
  },
]

/** What is charged or taken off besides usage (pricing 7, 8). */
export const CHARGE_TERMS: Record<string, TermKind> = {
  subscription: { label: 'Subscription', member: 'subscriptions', fields: SUBSCRIPTION },
  charge: {
    label: 'Scheduled charge',
    member: 'scheduled_charges',
    fields: SCHEDULED,
    fixed: scheduleUnit,
  },
  discount: { label: 'Discount', member: 'discounts', fields: SCHEDULED, fixed: scheduleUnit },
}
