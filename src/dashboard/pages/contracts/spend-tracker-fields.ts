import type { TermKind } from './term.ts'

/** Counts what was bought of commits in a period, for discounts with a cap (pricing 9.3). */
export const TRACKER_TERMS: Record<string, TermKind> = {
  spend_tracker: {
    label: 'Spend tracker',
    member: 'spend_trackers',
    fields: [
      {
        path: 'alias',
        label: 'Alias',
        type: 'text',
        hint: 'Caps of discounts name it by this.',
      },
      {
        path: 'credit_type_id',
        label: 'Unit',
        type: 'choice',
        choices: ({ currency, units }) =>
          [currency, ...units].map(({ id, name }) => ({
            value: id,
            label: name === 'USD (cents)' ? 'USD' : name,
          })),
        initial: ({ currency }) => currency.id,
      },
      {
        path: 'applicable_spend_specifiers[0].sources',
        label: 'Counts commits bought',
        type: 'picks',
        choices: [
          { value: 'MANUAL', label: 'By hand' },
          { value: 'THRESHOLD_RECHARGE', label: 'By thresholds' },
        ],
        initial: () => 'THRESHOLD_RECHARGE',
      },
      {
        path: 'applicable_spend_specifiers[0].discounted',
        label: 'Of these',
        type: 'choice',
        choices: [
          { value: '', label: 'All' },
          { value: 'DISCOUNTED_ONLY', label: 'At a discount' },
          { value: 'UNDISCOUNTED_ONLY', label: 'Without one' },
        ],
        isMore: true,
      },
    ],
    fixed: () => ({
      reset_frequency: 'BILLING_PERIOD',
      'applicable_spend_specifiers[0].spend_type': 'COMMIT_PURCHASE',
    }),
  },
}
