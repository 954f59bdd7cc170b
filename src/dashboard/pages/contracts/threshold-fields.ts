import { FIXED_PRODUCT, scopeFields, unitChoices } from './field-parts.ts'
import type { FieldSpec, Fields, TermKind } from './term.ts'

const FRACTION = 'discount_configuration.payment_fraction'
const CAP = 'discount_configuration.cap'

/** What thresholds of both kinds have; those of edits begin the same. */
export const SALE: Fields = [
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
]

export const SALE_MORE: Fields = [
  {
    path: 'commit.name',
    label: 'Name of the commit',
    type: 'text',
    isOptional: true,
    isMore: true,
  },
  {
    path: 'commit.priority',
    label: 'Its priority',
    type: 'decimal',
    isOptional: true,
    hint: 'Lower pays first; 100 if empty.',
    isMore: true,
  },
  {
    path: FRACTION,
    label: 'Sold at',
    type: 'decimal',
    isOptional: true,
    hint: 'Fraction of the amount that is paid: 0.85 takes 15% off.',
    clearAt: 'discount_configuration',
    isMore: true,
  },
  {
    path: `${CAP}.spend_tracker_alias`,
    label: 'Until the spend tracker',
    type: 'text',
    isOptional: true,
    hint: 'Its alias: from its cap on, the rest of a period has no discount.',
    clearAt: CAP,
    isShown: (read) => read(FRACTION) !== '',
    isMore: true,
  },
  {
    path: `${CAP}.amount`,
    label: 'Has',
    type: 'money',
    clearAt: CAP,
    isShown: (read) => read(`${CAP}.spend_tracker_alias`) !== '' && read(FRACTION) !== '',
    isMore: true,
  },
]

export const SPEND_THRESHOLD: FieldSpec = {
  path: 'threshold_amount',
  label: 'Threshold',
  type: 'money',
  hint: 'Once so much is not paid yet, a commit is sold for it.',
}

const UNIT = 'custom_credit_type_id'

/** What is sold by itself (pricing 9). */
export const THRESHOLD_TERMS: Record<string, TermKind> = {
  spend_threshold: {
    label: 'Spend threshold',
    member: 'spend_threshold_configuration',
    isSingle: true,
    fields: [SPEND_THRESHOLD, ...SALE, ...SALE_MORE],
    fixed: () => ({ is_enabled: true }),
  },
  balance_threshold: {
    label: 'Balance threshold',
    member: 'prepaid_balance_threshold_configuration',
    isSingle: true,
    fields: [
      { path: UNIT, label: 'Unit', type: 'choice', choices: unitChoices },
      {
        path: 'threshold_amount',
        label: 'Once less is left than',
        type: 'money',
        unitAt: UNIT,
        hint: 'Of the balances that pay for usage.',
      },
      { path: 'recharge_to_amount', label: 'Recharged to', type: 'money', unitAt: UNIT },
      ...SALE,
      ...SALE_MORE,
      ...scopeFields('commit.').map((field) => ({ ...field, isMore: true as const })),
    ],
    fixed: () => ({ is_enabled: true }),
  },
}
