import type { FieldSpec, ReadField, TermContext } from './term.ts'

/** Fields that terms of several kinds have, each written once. */
export const start = ({ start: day }: TermContext) => day
export const end = ({ end: day }: TermContext) => day

export const FIXED_PRODUCT: FieldSpec = {
  path: 'product_id',
  label: 'Product',
  type: 'product',
  productTypes: ['FIXED'],
  hint: 'What it is called on invoices and in reports; a fixed product.',
}

export const NAME: FieldSpec = { path: 'name', label: 'Name', type: 'text', isOptional: true }

export const FREQUENCIES = [
  { value: 'MONTHLY', label: 'Monthly' },
  { value: 'QUARTERLY', label: 'Quarterly' },
  { value: 'ANNUAL', label: 'Yearly' },
  { value: 'WEEKLY', label: 'Weekly' },
]

const SCHEDULE_FREQUENCIES = [
  ...FREQUENCIES.slice(0, 2),
  { value: 'SEMI_ANNUAL', label: 'Half-yearly' },
  ...FREQUENCIES.slice(2),
]

const USED = ['USAGE', 'COMPOSITE', 'SUBSCRIPTION'] as const

/** The currency and the custom units, the currency as what is not said. */
export const unitChoices = ({ currency, units }: TermContext) => [
  { value: '', label: currency.name === 'USD (cents)' ? 'USD' : currency.name },
  ...units.map(({ id, name }) => ({ value: id, label: name })),
]

/** Schedules are in dollars unless they say otherwise. */
export function currencyAt(path: string, { currency }: TermContext): Record<string, unknown> {
  return currency.name === 'USD (cents)' ? {} : { [path]: currency.id }
}

/** The conditions of a specifier: all of them have to hold. */
export const SPECIFIER: readonly FieldSpec[] = [
  {
    path: 'product_id',
    label: 'Product',
    type: 'product',
    productTypes: USED,
    isOptional: true,
  },
  { path: 'product_tags', label: 'Tags, all of them', type: 'tags', isOptional: true },
  {
    path: 'pricing_group_values',
    label: 'Only where',
    type: 'values',
    isOptional: true,
    hint: 'Such as region=us, model=large.',
  },
  {
    path: 'presentation_group_values',
    label: 'Only lines where',
    type: 'values',
    isOptional: true,
    hint: 'Of what lines are shown by.',
  },
  {
    path: 'exclude[0].product_tags',
    label: 'But not tagged',
    type: 'tags',
    isOptional: true,
  },
]

const isScope =
  (...scopes: string[]) =>
  (read: ReadField) =>
    scopes.includes(read('$scope'))

/** What usage a commit or credit is for; `prefix` is where that is said. */
export function scopeFields(prefix = ''): FieldSpec[] {
  return [
    {
      path: '$scope',
      label: 'Pays for',
      type: 'choice',
      choices: [
        { value: 'all', label: 'All usage' },
        { value: 'products', label: 'Certain products' },
        { value: 'tags', label: 'Products with a tag' },
        { value: 'any', label: 'Certain products, and with a tag' },
        { value: 'specifiers', label: 'Usage under conditions' },
      ],
      initial: () => 'all',
    },
    {
      path: `${prefix}applicable_product_tags`,
      label: 'Tags',
      type: 'tags',
      hint: 'Any of these.',
      isShown: isScope('tags', 'any'),
    },
    {
      path: `${prefix}applicable_product_ids`,
      label: 'Products that it pays for',
      type: 'products',
      productTypes: USED,
      isShown: isScope('products', 'any'),
    },
    {
      path: `${prefix}specifiers`,
      label: 'Conditions',
      type: 'rows',
      noun: 'condition',
      hint: 'It pays for what fits any of these.',
      row: SPECIFIER,
      isShown: isScope('specifiers'),
    },
  ]
}

export const PRIORITY: FieldSpec = {
  path: 'priority',
  label: 'Priority',
  type: 'decimal',
  initial: () => '100',
  hint: 'Lower pays first.',
}

export const RATE_TYPE: FieldSpec = {
  path: 'rate_type',
  label: 'Pays at',
  type: 'choice',
  choices: [
    { value: 'LIST_RATE', label: 'List rates' },
    { value: 'COMMIT_RATE', label: 'Commit rates' },
  ],
  initial: () => 'LIST_RATE',
  isMore: true,
}

export const ROLLOVER: FieldSpec = {
  path: 'rollover_fraction',
  label: 'Rolls over',
  type: 'decimal',
  isOptional: true,
  isMore: true,
  hint: 'Fraction of what is left that a renewal gets, 0 to 1.',
}

const CHILD_ACCESS = 'hierarchy_configuration.child_access'

/** Which contracts below may draw on it. */
export const SHARED_WITH: readonly FieldSpec[] = [
  {
    path: `${CHILD_ACCESS}.type`,
    label: 'Contracts below',
    type: 'choice',
    choices: [
      { value: '', label: 'May use it, as by default' },
      { value: 'ALL', label: 'All may use it' },
      { value: 'CONTRACT_IDS', label: 'Some may use it' },
      { value: 'NONE', label: 'May not use it' },
    ],
    hint: 'Of a contract that others are below.',
    isMore: true,
  },
  {
    path: `${CHILD_ACCESS}.contract_ids`,
    label: 'Ids of these contracts',
    type: 'tags',
    isShown: (read) => read(`${CHILD_ACCESS}.type`) === 'CONTRACT_IDS',
    isMore: true,
  },
]

/** Whom a commit or credit pays for, in what order and at what rates. */
export const PAYING: readonly FieldSpec[] = [
  PRIORITY,
  ...scopeFields(),
  RATE_TYPE,
  ROLLOVER,
  ...SHARED_WITH,
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
      choices: SCHEDULE_FREQUENCIES,
      initial: () => 'MONTHLY',
      isShown,
    },
    { path: `${path}.starting_at`, label: 'First on', type: 'day', initial: start, isShown },
    { path: `${path}.ending_before`, label: 'All before', type: 'day', initial: end, isShown },
  ]
}

/** The dates and amounts of a schedule, one by one. */
export function furtherItems(
  path: string,
  noun: string,
  isShown: (read: ReadField) => boolean,
): FieldSpec {
  return {
    path,
    label: `Further ${noun}s`,
    type: 'rows',
    noun,
    rowsBefore: 1,
    isMore: true,
    isShown,
    row: [
      { path: 'amount', label: 'Amount', type: 'money' },
      { path: 'timestamp', label: 'On', type: 'day' },
    ],
  }
}

/** From when until when a term holds. */
export const SPAN: readonly FieldSpec[] = [
  { path: 'starting_at', label: 'From', type: 'day', initial: start },
  { path: 'ending_before', label: 'Until before', type: 'day', initial: end, isOptional: true },
]
