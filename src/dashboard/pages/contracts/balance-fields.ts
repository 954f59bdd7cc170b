import type { FieldSpec, ReadField, TermContext, TermKind } from './term.ts'

const ITEM = 'access_schedule.schedule_items[0]'
const UNIT = 'access_schedule.credit_type_id'
const PAYMENT = 'invoice_schedule.schedule_items[0]'
const PAYMENTS = 'invoice_schedule.recurring_schedule'

const start = ({ start: day }: TermContext) => day
const end = ({ end: day }: TermContext) => day

export const FIXED_PRODUCT: FieldSpec = {
  path: 'product_id',
  label: 'Product',
  type: 'product',
  productTypes: ['FIXED'],
  hint: 'What it is called on invoices and in reports; a fixed product.',
}

export const NAME: FieldSpec = { path: 'name', label: 'Name', type: 'text', isOptional: true }

/** The currency and the custom units, the currency as what is not said. */
export const unitChoices = ({ currency, units }: TermContext) => [
  { value: '', label: currency.name === 'USD (cents)' ? 'USD' : currency.name },
  ...units.map(({ id, name }) => ({ value: id, label: name })),
]

const SCOPE: readonly FieldSpec[] = [
  {
    path: '$scope',
    label: 'Pays for',
    type: 'choice',
    choices: [
      { value: 'all', label: 'All usage' },
      { value: 'tags', label: 'Products with a tag' },
      { value: 'product', label: 'One product' },
    ],
    initial: () => 'all',
  },
  {
    path: 'applicable_product_tags',
    label: 'Tags',
    type: 'tags',
    hint: 'Any of these, separated by commas.',
    isShown: (read) => read('$scope') === 'tags',
  },
  {
    path: 'applicable_product_ids[0]',
    label: 'Product that it pays for',
    type: 'product',
    productTypes: ['USAGE', 'COMPOSITE', 'SUBSCRIPTION'],
    isShown: (read) => read('$scope') === 'product',
  },
]

const PRIORITY: FieldSpec = {
  path: 'priority',
  label: 'Priority',
  type: 'decimal',
  initial: () => '100',
  hint: 'Lower pays first.',
}

const RATES: FieldSpec = {
  path: 'rate_type',
  label: 'Pays at',
  type: 'choice',
  choices: [
    { value: 'LIST_RATE', label: 'List rates' },
    { value: 'COMMIT_RATE', label: 'Commit rates' },
  ],
  initial: () => 'LIST_RATE',
}

const ROLLOVER: FieldSpec = {
  path: 'rollover_fraction',
  label: 'Rolls over',
  type: 'decimal',
  isOptional: true,
  hint: 'Fraction of what is left that a renewal gets, 0 to 1.',
}

const ACCESS: readonly FieldSpec[] = [
  { path: UNIT, label: 'Unit', type: 'choice', choices: unitChoices },
  { path: `${ITEM}.amount`, label: 'Amount', type: 'money', unitAt: UNIT },
  { path: `${ITEM}.starting_at`, label: 'Usable from', type: 'day', initial: start },
  { path: `${ITEM}.ending_before`, label: 'Expires', type: 'day', initial: end },
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
]

/** The fields of what falls due again and again. */
export function instalments(
  path: string,
  isShown: (read: ReadField) => boolean,
  amount: (read: ReadField) => string = () => '',
): FieldSpec[] {
  return [
    {
      path: `${path}.amount_distribution`,
      label: 'The amount is',
      type: 'choice',
      choices: [
        { value: 'DIVIDED_ROUNDED', label: 'shared among the dates' },
        { value: 'EACH', label: 'due on each date' },
      ],
      initial: () => 'DIVIDED_ROUNDED',
      isShown,
    },
    {
      path: `${path}.amount`,
      label: 'Amount due',
      type: 'money',
      initial: (_context, read) => amount(read),
      isShown,
    },
    {
      path: `${path}.frequency`,
      label: 'How often',
      type: 'choice',
      choices: [
        { value: 'MONTHLY', label: 'Monthly' },
        { value: 'QUARTERLY', label: 'Quarterly' },
        { value: 'SEMI_ANNUAL', label: 'Half-yearly' },
        { value: 'ANNUAL', label: 'Yearly' },
        { value: 'WEEKLY', label: 'Weekly' },
      ],
      initial: () => 'MONTHLY',
      isShown,
    },
    { path: `${path}.starting_at`, label: 'First on', type: 'day', initial: start, isShown },
    { path: `${path}.ending_before`, label: 'All before', type: 'day', initial: end, isShown },
  ]
}

/** Schedules are in dollars unless they say otherwise. */
export function currencyAt(path: string, { currency }: TermContext): Record<string, unknown> {
  return currency.name === 'USD (cents)' ? {} : { [path]: currency.id }
}

function accessUnit(context: TermContext, read: ReadField): Record<string, unknown> {
  return read(UNIT) === '' ? currencyAt(UNIT, context) : {}
}

const AFTER_ACCESS = [PRIORITY, RATES, ...SCOPE, ROLLOVER]

const RECURRING: readonly FieldSpec[] = [
  FIXED_PRODUCT,
  NAME,
  {
    path: 'access_amount.credit_type_id',
    label: 'Unit',
    type: 'choice',
    choices: unitChoices,
  },
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
  { path: 'starting_at', label: 'From', type: 'day', initial: start },
  { path: 'ending_before', label: 'Until before', type: 'day', initial: end, isOptional: true },
]

const recurringUnit = (context: TermContext, read: ReadField) => ({
  'access_amount.quantity': 1,
  ...(read('access_amount.credit_type_id') === '' &&
    currencyAt('access_amount.credit_type_id', context)),
})

/** Commits and credits, once or again each period (pricing 6). */
export const BALANCE_TERMS: Record<string, TermKind> = {
  prepaid: {
    label: 'Prepaid commit',
    member: 'commits',
    fields: [FIXED_PRODUCT, NAME, ...ACCESS, ...PAID, ...AFTER_ACCESS],
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
      ...AFTER_ACCESS,
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
    fields: [FIXED_PRODUCT, NAME, ...ACCESS, ...AFTER_ACCESS],
    fixed: accessUnit,
  },
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
      ...AFTER_ACCESS,
    ],
    fixed: (context, read) => ({
      ...recurringUnit(context, read),
      ...(read('invoice_amount.unit_price') !== '' && {
        'invoice_amount.quantity': 1,
        ...currencyAt('invoice_amount.credit_type_id', context),
      }),
    }),
  },
  recurring_credit: {
    label: 'Recurring credit',
    member: 'recurring_credits',
    fields: [...RECURRING, ...AFTER_ACCESS],
    fixed: recurringUnit,
  },
}
