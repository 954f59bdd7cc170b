import { currencyAt, FIXED_PRODUCT, instalments, NAME, unitChoices } from './balance-fields.ts'
import type { FieldSpec, ReadField, TermContext, TermKind } from './term.ts'

const ONE = 'schedule.schedule_items[0]'
const MANY = 'schedule.recurring_schedule'
const start = ({ start: day }: TermContext) => day
const end = ({ end: day }: TermContext) => day
const FREQUENCIES = [
  { value: 'MONTHLY', label: 'Monthly' },
  { value: 'QUARTERLY', label: 'Quarterly' },
  { value: 'ANNUAL', label: 'Yearly' },
  { value: 'WEEKLY', label: 'Weekly' },
]

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
  {
    path: `${ONE}.amount`,
    label: 'Amount',
    type: 'money',
    isShown: (read) => read('$due') === 'once',
  },
  {
    path: `${ONE}.timestamp`,
    label: 'On',
    type: 'day',
    initial: start,
    isShown: (read) => read('$due') === 'once',
  },
  ...instalments(MANY, (read) => read('$due') === 'repeated').map((field) =>
    field.path.endsWith('distribution') ? { ...field, initial: () => 'EACH' } : field,
  ),
]

const scheduleUnit = (context: TermContext) => currencyAt('schedule.credit_type_id', context)

const isFor = (target: string) => (read: ReadField) => read('$target') === target
const isType = (type: string) => (read: ReadField) => read('type') === type
const hasTiers = (read: ReadField) => read('overwrite_rate.rate_type').startsWith('TIERED')
const isShare = (read: ReadField) => read('overwrite_rate.rate_type') === 'PERCENTAGE'

const OVERRIDE: readonly FieldSpec[] = [
  {
    path: '$target',
    label: 'For',
    type: 'choice',
    choices: [
      { value: 'product', label: 'One product' },
      { value: 'tags', label: 'Products with a tag' },
      { value: 'all', label: 'All products' },
    ],
    initial: () => 'product',
  },
  {
    path: 'override_specifiers[0].product_id',
    label: 'Product',
    type: 'product',
    productTypes: ['USAGE', 'COMPOSITE', 'SUBSCRIPTION'],
    isShown: isFor('product'),
  },
  {
    path: 'override_specifiers[0].product_tags',
    label: 'Tags',
    type: 'tags',
    hint: 'All of these, separated by commas.',
    isShown: isFor('tags'),
  },
  {
    path: 'override_specifiers[0].pricing_group_values',
    label: 'Only where',
    type: 'values',
    isOptional: true,
    hint: 'Such as region=us, model=large.',
    isShown: (read) => read('$target') !== 'all',
  },
  {
    path: 'override_specifiers[0].billing_frequency',
    label: 'Billed',
    type: 'choice',
    choices: [{ value: '', label: 'However' }, ...FREQUENCIES],
    hint: 'Of subscriptions.',
    isShown: isFor('product'),
  },
  {
    path: 'type',
    label: 'Price',
    type: 'choice',
    choices: [
      { value: 'MULTIPLIER', label: 'Multiplied' },
      { value: 'OVERWRITE', label: 'Overwritten' },
      { value: '', label: 'Unchanged' },
    ],
    initial: () => 'MULTIPLIER',
  },
  {
    path: 'multiplier',
    label: 'Multiplier',
    type: 'decimal',
    hint: '0.8 takes 20% off, 0 is free.',
    isShown: isType('MULTIPLIER'),
  },
  {
    path: 'priority',
    label: 'Priority',
    type: 'decimal',
    isOptional: true,
    hint: 'Needed where multipliers are ranked by priority.',
    isShown: isType('MULTIPLIER'),
  },
  {
    path: 'overwrite_rate.rate_type',
    label: 'Rate',
    type: 'choice',
    choices: [
      { value: 'FLAT', label: 'Per unit' },
      { value: 'TIERED', label: 'Tiered' },
      { value: 'PERCENTAGE', label: 'Share of the spend' },
    ],
    initial: () => 'FLAT',
    isShown: isType('OVERWRITE'),
  },
  {
    path: 'overwrite_rate.credit_type_id',
    label: 'Unit',
    type: 'choice',
    choices: unitChoices,
    isShown: (read) => isType('OVERWRITE')(read) && !isShare(read),
  },
  {
    path: 'overwrite_rate.price',
    label: 'Price per unit',
    type: 'money',
    unitAt: 'overwrite_rate.credit_type_id',
    isShown: (read) => isType('OVERWRITE')(read) && !hasTiers(read) && !isShare(read),
  },
  {
    path: 'overwrite_rate.price',
    label: 'Share',
    type: 'decimal',
    hint: '0.1 is 10%.',
    isShown: (read) => isType('OVERWRITE')(read) && isShare(read),
  },
  {
    path: 'overwrite_rate.tiers',
    label: 'Tiers',
    type: 'tiers',
    unitAt: 'overwrite_rate.credit_type_id',
    hint: 'One a line, such as 1000: 0.10 for the first 1,000; the last one only has a price.',
    isShown: (read) => isType('OVERWRITE')(read) && hasTiers(read),
  },
  {
    path: 'entitled',
    label: 'Entitled',
    type: 'flag',
    choices: [
      { value: '', label: 'As the rate card says' },
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No' },
    ],
  },
  { path: 'starting_at', label: 'From', type: 'day', initial: start },
  { path: 'ending_before', label: 'Until before', type: 'day', isOptional: true },
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
  { path: 'initial_quantity', label: 'Quantity', type: 'decimal', initial: () => '1' },
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
  { path: 'starting_at', label: 'From', type: 'day', initial: start },
  { path: 'ending_before', label: 'Until before', type: 'day', initial: end, isOptional: true },
]

/** What is charged, taken off or priced otherwise (pricing 5, 7, 8, 9). */
export const CHARGE_TERMS: Record<string, TermKind> = {
  subscription: { label: 'Subscription', member: 'subscriptions', fields: SUBSCRIPTION },
  charge: {
    label: 'Scheduled charge',
    member: 'scheduled_charges',
    fields: SCHEDULED,
    fixed: scheduleUnit,
  },
  discount: { label: 'Discount', member: 'discounts', fields: SCHEDULED, fixed: scheduleUnit },
  override: {
    label: 'Override',
    member: 'overrides',
    fields: OVERRIDE,
    fixed: (_context, read) => (read('$target') === 'all' ? { 'override_specifiers[0]': {} } : {}),
  },
  spend_threshold: {
    label: 'Spend threshold',
    member: 'spend_threshold_configuration',
    isSingle: true,
    fields: [
      {
        path: 'threshold_amount',
        label: 'Threshold',
        type: 'money',
        hint: 'Once so much is not paid yet, a commit is sold for it.',
      },
      { ...FIXED_PRODUCT, path: 'commit.product_id', label: 'Product of the commit' },
      {
        path: 'payment_gate_config.payment_gate_type',
        label: 'The commit counts',
        type: 'choice',
        choices: [
          { value: 'NONE', label: 'At once' },
          { value: 'EXTERNAL', label: 'When its payment is reported' },
        ],
        initial: () => 'NONE',
      },
    ],
    fixed: () => ({ is_enabled: true }),
  },
}
