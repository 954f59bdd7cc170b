import type { Balance } from '../../api/answers.ts'
import { formatPeriod } from '../../format/time-text.ts'
import { amountOf, buildFields } from '../contracts/build-term.ts'
import { NO_CONTEXT, type Fields, type ReadField } from '../contracts/term.ts'

/** What is asked of an entry by hand. */
export function entryFields({ access_schedule: access }: Balance): Fields {
  const parts = access.schedule_items.map(({ id, starting_at, ending_before }) => ({
    value: id,
    label: formatPeriod(new Date(starting_at), new Date(ending_before)),
  }))
  return [
    {
      path: '$direction',
      label: 'What it does',
      type: 'choice',
      choices: [
        { value: '', label: 'Adds' },
        { value: '-', label: 'Takes away' },
      ],
    },
    { path: 'amount', label: 'Amount', type: 'money', unit: access.credit_type },
    { path: 'reason', label: 'Reason', type: 'text', hint: 'Shown in the ledger.' },
    ...(parts.length > 1
      ? [
          {
            path: 'segment_id',
            label: 'Of the part',
            type: 'choice' as const,
            choices: parts,
            initial: () => parts[0]?.value ?? '',
          },
        ]
      : []),
    {
      path: 'timestamp',
      label: 'As of',
      type: 'day',
      isOptional: true,
      hint: 'The start of the part if empty.',
    },
    {
      path: 'per_group_amounts',
      label: 'By seats',
      type: 'values',
      isOptional: true,
      hint: 'Where seats have parts of their own, such as ann=5, bob=2.50.',
      isMore: true,
    },
  ]
}

/** The members of the entry as the API takes them: what is taken away is negative. */
export function buildEntry(balance: Balance, read: ReadField): Record<string, unknown> {
  const sign = read('$direction')
  const isInCents = balance.access_schedule.credit_type.name === 'USD (cents)'
  const signed = (text: string) => (text === '' ? '' : sign + text.trim())
  const built = buildFields(entryFields(balance), {
    read: (path) => (path === 'amount' ? signed(read(path)) : read(path)),
    context: NO_CONTEXT,
  })
  const seats = built['per_group_amounts']
  if (typeof seats !== 'object' || seats === null) return built
  const amounts = Object.entries(seats as Record<string, string>).map(([seat, text]) => {
    return [seat, amountOf(signed(text), isInCents)]
  })
  return { ...built, per_group_amounts: Object.fromEntries(amounts) as unknown }
}
