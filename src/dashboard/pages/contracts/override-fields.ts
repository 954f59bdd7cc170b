import { FREQUENCIES, SPECIFIER, start, unitChoices } from './field-parts.ts'
import type { FieldSpec, Fields, ReadField, TermKind } from './term.ts'

const FIRST = 'override_specifiers[0]'
const RATE = 'overwrite_rate.rate_type'
const UNIT = 'overwrite_rate.credit_type_id'

const isFor = (target: string) => (read: ReadField) => read('$target') === target
const isType = (type: string) => (read: ReadField) => read('type') === type
const isRanked = (read: ReadField) => ['MULTIPLIER', 'TIERED'].includes(read('type'))
const isOverwrite = isType('OVERWRITE')
const isRate = (fits: (rate: string) => boolean) => (read: ReadField) =>
  isOverwrite(read) && fits(read(RATE))
const hasTiers = isRate((rate) => rate.startsWith('TIERED'))
const isShare = isRate((rate) => rate === 'PERCENTAGE')
const isOfCommits = (read: ReadField) => read('is_commit_specific') === 'yes'

const COMMITS: FieldSpec = {
  path: 'any_commit_or_credit_ids',
  label: 'Of these commits and credits',
  type: 'picks',
  choices: ({ balances }) => balances,
  hint: 'None: of any.',
  isShown: isOfCommits,
}

const BILLED: FieldSpec = {
  path: 'billing_frequency',
  label: 'Billed',
  type: 'choice',
  choices: [{ value: '', label: 'However' }, ...FREQUENCIES],
  hint: 'Of subscriptions.',
}

/** A target in fields of its own: only what its kind needs. */
const TARGET: Fields = [
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
    path: `${FIRST}.product_id`,
    label: 'Product',
    type: 'product',
    productTypes: ['USAGE', 'COMPOSITE', 'SUBSCRIPTION'],
    isShown: isFor('product'),
  },
  {
    path: `${FIRST}.product_tags`,
    label: 'Tags',
    type: 'tags',
    hint: 'All of these.',
    isShown: isFor('tags'),
  },
  {
    path: `${FIRST}.pricing_group_values`,
    label: 'Only where',
    type: 'values',
    isOptional: true,
    hint: 'Such as region=us, model=large.',
    isShown: (read) => read('$target') !== 'all',
  },
]

const TARGET_MORE: Fields = [
  { ...BILLED, path: `${FIRST}.billing_frequency`, isShown: isFor('product'), isMore: true },
  {
    path: `${FIRST}.presentation_group_values`,
    label: 'Only lines where',
    type: 'values',
    isOptional: true,
    hint: 'Of what lines are shown by.',
    isShown: (read) => read('$target') !== 'all',
    isMore: true,
  },
  {
    path: `${FIRST}.exclude[0].product_tags`,
    label: 'But not tagged',
    type: 'tags',
    isOptional: true,
    isMore: true,
  },
  {
    path: 'is_commit_specific',
    label: 'Changes the price of',
    type: 'flag',
    choices: [
      { value: '', label: 'All usage' },
      { value: 'yes', label: 'Only what commits pay for' },
    ],
    isMore: true,
  },
  { ...COMMITS, path: `${FIRST}.any_commit_or_credit_ids`, isMore: true },
  {
    path: 'target',
    label: 'Which rate',
    type: 'choice',
    choices: [
      { value: 'LIST_RATE', label: 'List rate' },
      { value: 'COMMIT_RATE', label: 'Commit rate' },
    ],
    initial: () => 'COMMIT_RATE',
    isShown: isOfCommits,
    isMore: true,
  },
  {
    path: 'override_specifiers',
    label: 'Further targets',
    type: 'rows',
    noun: 'target',
    rowsBefore: 1,
    hint: 'The override is for what fits any of them.',
    row: [...SPECIFIER, BILLED, COMMITS],
    isShown: (read) => read('$target') !== 'all',
    isMore: true,
  },
]

const MULTIPLIED: Fields = [
  {
    path: 'type',
    label: 'Price',
    type: 'choice',
    choices: [
      { value: 'MULTIPLIER', label: 'Multiplied' },
      { value: 'TIERED', label: 'Multiplied by volume' },
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
    path: 'tiers',
    label: 'Multipliers by volume',
    type: 'rows',
    noun: 'step',
    hint: 'Only in contracts whose multipliers are ranked by priority. The last step has no size.',
    row: [
      { path: 'size', label: 'Units', type: 'decimal' },
      { path: 'multiplier', label: 'Multiplier', type: 'decimal' },
    ],
    isShown: isType('TIERED'),
  },
  {
    path: 'priority',
    label: 'Priority',
    type: 'decimal',
    isOptional: true,
    hint: 'Needed where multipliers are ranked by priority.',
    isShown: isRanked,
  },
]

const OVERWRITTEN: Fields = [
  {
    path: RATE,
    label: 'Rate',
    type: 'choice',
    choices: [
      { value: 'FLAT', label: 'Per unit' },
      { value: 'TIERED', label: 'Tiered' },
      { value: 'PERCENTAGE', label: 'Share of the spend' },
    ],
    initial: () => 'FLAT',
    isShown: isOverwrite,
  },
  {
    path: UNIT,
    label: 'Unit',
    type: 'choice',
    choices: unitChoices,
    isShown: (read) => isOverwrite(read) && !isShare(read),
  },
  {
    path: 'overwrite_rate.price',
    label: 'Price per unit',
    type: 'money',
    unitAt: UNIT,
    isShown: (read) => isOverwrite(read) && !hasTiers(read) && !isShare(read),
  },
  {
    path: 'overwrite_rate.price',
    label: 'Share',
    type: 'decimal',
    hint: '0.1 is 10%.',
    isShown: isShare,
  },
  {
    path: 'overwrite_rate.tiers',
    label: 'Tiers',
    type: 'rows',
    noun: 'tier',
    hint: 'Each has its own number of units; the last one has no size.',
    row: [
      { path: 'size', label: 'Units', type: 'decimal' },
      { path: 'price', label: 'Price', type: 'money', unitAt: UNIT },
    ],
    isShown: hasTiers,
  },
]

export const OVERRIDE_FIELDS: Fields = [
  ...TARGET,
  ...MULTIPLIED,
  ...OVERWRITTEN,
  { path: 'starting_at', label: 'From', type: 'day', initial: start },
  { path: 'ending_before', label: 'Until before', type: 'day', isOptional: true },
  {
    path: 'entitled',
    label: 'Entitled',
    type: 'flag',
    choices: [
      { value: '', label: 'As the rate card says' },
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No' },
    ],
    isMore: true,
  },
  ...TARGET_MORE,
]

/** What usage costs otherwise than by the rate card (pricing 5). */
export const OVERRIDE_TERMS: Record<string, TermKind> = {
  override: {
    label: 'Override',
    member: 'overrides',
    fields: OVERRIDE_FIELDS,
    fixed: (_context, read): Record<string, unknown> =>
      read('$target') === 'all' ? { [FIRST]: {} } : {},
  },
}
