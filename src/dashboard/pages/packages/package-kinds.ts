import { amountOf } from '../contracts/build-term.ts'
import { TERM_KINDS, type TermKinds } from '../contracts/term-kinds.ts'
import type { FieldSpec, ReadField, TermContext, TermKind } from '../contracts/term.ts'

const ACCESS = 'access_schedule.schedule_items'
const ACCESS_UNIT = 'access_schedule.credit_type_id'
const PAYMENTS = 'invoice_schedule.schedule_items'
const CHARGES = 'schedule.schedule_items'

/** More instalments than anyone lists; as many as a year has weeks. */
const INSTALMENTS_MAX = 60

/** Fields about dates, which packages count from the start, and those that packages do not have. */
const NOT_OF_PACKAGES =
  /^(access_schedule|invoice_schedule|schedule|hierarchy_configuration|seat_config\.initial_seat_ids|\$paid|\$due)(\b|$)/

function toPackageKind(key: string, kind: TermKind): TermKind | null {
  const others = kind.fields.filter(
    ({ path, type }) => type !== 'day' && !NOT_OF_PACKAGES.test(path),
  )
  const [head, rest] = [others.slice(0, 2), others.slice(2)]
  switch (kind.member) {
    case 'commits':
      return key === 'postpaid'
        ? { ...kind, fields: [...head, ...access(kind), ...TRUE_UP, ...rest], fixed: once(kind) }
        : { ...kind, fields: [...head, ...access(kind), ...PAID, ...rest], fixed: paid(kind) }
    case 'credits':
      return { ...kind, fields: [...head, ...access(kind), ...rest] }
    case 'scheduled_charges':
      return { ...kind, fields: [...head, ...DUE, ...rest], fixed: due(kind) }
    case 'recurring_commits':
    case 'recurring_credits':
    case 'subscriptions':
    case 'overrides':
      return { ...kind, fields: [...others, START, LENGTH] }
    case 'spend_threshold_configuration':
    case 'prepaid_balance_threshold_configuration':
    case 'spend_trackers':
      return { ...kind, fields: others }
    default:
      return null
  }
}

const START: FieldSpec = {
  path: 'starting_at_offset',
  label: 'Begins after',
  type: 'offset',
  initial: () => '0 MONTHS',
  hint: "From the contract's start.",
}

const LENGTH: FieldSpec = {
  path: 'duration',
  label: 'Lasts',
  type: 'offset',
  isOptional: true,
  hint: "Empty: to the contract's end.",
}

const WHEN_USABLE: readonly FieldSpec[] = [
  { ...START, path: 'starting_at_offset', label: 'Usable after' },
  {
    path: 'duration',
    label: 'Expires after',
    type: 'offset',
    initial: () => '1 YEARS',
    hint: 'From when it can be used.',
  },
]

/** What can be used when; the unit and the amount are asked for as contracts ask for them. */
function access({ fields }: TermKind): FieldSpec[] {
  const asked = fields.filter(({ path }) => [ACCESS_UNIT, `${ACCESS}[0].amount`].includes(path))
  return [
    ...asked,
    ...WHEN_USABLE.map((field) => ({ ...field, path: `${ACCESS}[0].${field.path}` })),
    {
      path: ACCESS,
      label: 'Further parts',
      type: 'rows',
      noun: 'part',
      rowsBefore: 1,
      isMore: true,
      hint: 'Amounts that can be used at other times, such as in each further year.',
      row: [
        { path: 'amount', label: 'Amount', type: 'money', unitAt: ACCESS_UNIT },
        ...WHEN_USABLE,
      ],
    },
  ]
}

const isOnce = (mode: string) => (read: ReadField) => read(mode) === 'once'
const isRepeated = (mode: string) => (read: ReadField) => read(mode) === 'repeated'

/** One payment, or several alike at equal distances. */
function payments(
  list: string,
  mode: string,
  initial: (read: ReadField) => string = () => '',
): FieldSpec[] {
  return [
    {
      path: `${list}[0].unit_price`,
      label: 'Price',
      type: 'money',
      initial: (_context, read) => (isOnce(mode)(read) ? initial(read) : ''),
      isShown: isOnce(mode),
    },
    {
      path: `${list}[0].unit_price`,
      label: 'Price each time',
      type: 'money',
      isShown: isRepeated(mode),
    },
    {
      path: '$count',
      label: 'How many times',
      type: 'decimal',
      initial: () => '12',
      hint: `At most ${INSTALMENTS_MAX}.`,
      problem: (read) => (isCount(read('$count')) ? undefined : COUNT_EXPECTED),
      isShown: isRepeated(mode),
    },
    {
      path: '$every',
      label: 'Every',
      type: 'offset',
      initial: () => '1 MONTHS',
      problem: (read) => {
        const offsets = repeatOffset(read(`${list}[0].date_offset`), read('$every'), '1')
        return offsets === null ? EVERY_EXPECTED : undefined
      },
      isShown: isRepeated(mode),
    },
    {
      ...START,
      path: `${list}[0].date_offset`,
      label: 'Invoiced after',
      isShown: isOnce(mode),
    },
    {
      ...START,
      path: `${list}[0].date_offset`,
      label: 'The first after',
      isShown: isRepeated(mode),
    },
    {
      path: list,
      label: 'Further dates',
      type: 'rows',
      noun: 'date',
      rowsBefore: 1,
      isMore: true,
      isShown: isOnce(mode),
      row: [
        { path: 'unit_price', label: 'Price', type: 'money' },
        { path: 'quantity', label: 'Quantity', type: 'decimal', initial: () => '1' },
        { ...START, path: 'date_offset', label: 'Invoiced after' },
      ],
    },
  ]
}

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
  ...payments(PAYMENTS, '$paid', (read) => {
    return read(ACCESS_UNIT) === '' ? read(`${ACCESS}[0].amount`) : ''
  }),
]

const DUE: readonly FieldSpec[] = [
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
  ...payments(CHARGES, '$due'),
]

const TRUE_UP: readonly FieldSpec[] = [
  {
    path: `${PAYMENTS}[0].unit_price`,
    label: 'Trued up to',
    type: 'money',
    initial: (_context, read) => read(`${ACCESS}[0].amount`),
  },
  {
    path: `${PAYMENTS}[0].date_offset`,
    label: 'Trued up after',
    type: 'offset',
    initial: (_context, read) => read(`${ACCESS}[0].duration`),
    hint: "From the contract's start; what was not spent by then is invoiced.",
  },
]

type Fixed = NonNullable<TermKind['fixed']>

const once =
  ({ fixed }: TermKind): Fixed =>
  (context, read) => ({ ...fixed?.(context, read), [`${PAYMENTS}[0].quantity`]: 1 })

const paid =
  ({ fixed }: TermKind): Fixed =>
  (context, read) => ({ ...fixed?.(context, read), ...repeat(PAYMENTS, '$paid', context, read) })

const due =
  ({ fixed }: TermKind): Fixed =>
  (context, read) => ({ ...fixed?.(context, read), ...repeat(CHARGES, '$due', context, read) })

/** What the fields do not say: that each is one, and the payments after the first. */
function repeat(
  list: string,
  mode: string,
  { currency }: TermContext,
  read: ReadField,
): Record<string, unknown> {
  if (!isOnce(mode)(read) && !isRepeated(mode)(read)) return {}
  const members: Record<string, unknown> = { [`${list}[0].quantity`]: 1 }
  if (!isRepeated(mode)(read)) return members
  const price = amountOf(read(`${list}[0].unit_price`), currency.name === 'USD (cents)')
  const every = read('$every')
  const offsets = repeatOffset(read(`${list}[0].date_offset`), every, read('$count'))
  // The server refuses it: one payment in place of all would not be what was asked for.
  const refused = [{ value: `${read('$count')} times, every ${every}`, unit: 'DAYS' }]
  for (const [i, date_offset] of (offsets ?? refused).entries()) {
    members[`${list}[${i + 1}].unit_price`] = price
    members[`${list}[${i + 1}].quantity`] = 1
    members[`${list}[${i + 1}].date_offset`] = date_offset
  }
  return members
}

/**
 * How far all payments after the first one are from the start.
 * @returns null where something is no whole number or too many, or days would be added to months
 */
export function repeatOffset(first: string, every: string, count: string) {
  const [from, step] = [parseOffset(first), parseOffset(every)]
  if (from === null || step === null || step.value === 0 || !isCount(count)) return null
  if (from.value !== 0 && from.unit !== step.unit) return null
  return Array.from({ length: Number(count) - 1 }, (_, i) => ({
    value: from.value + (i + 1) * step.value,
    unit: step.unit,
  }))
}

function isCount(text: string): boolean {
  return /^[1-9]\d{0,3}$/.test(text.trim()) && Number(text) <= INSTALMENTS_MAX
}

const COUNT_EXPECTED = `expected a whole number from 1 to ${INSTALMENTS_MAX}`
const EVERY_EXPECTED =
  'expected whole numbers, and of both days or weeks, or of both months or years'

/** Weeks are days, and years are months, so that they add up. */
const SMALLER: Record<string, { unit: string; count: number }> = {
  WEEKS: { unit: 'DAYS', count: 7 },
  YEARS: { unit: 'MONTHS', count: 12 },
}

function parseOffset(text: string): { value: number; unit: string } | null {
  const [value = '', given = ''] = text.trim().split(/\s+/)
  if (!/^\d+$/.test(value)) return null
  const { unit, count } = SMALLER[given] ?? { unit: given, count: 1 }
  return { value: Number(value) * count, unit }
}

/** Kinds of terms as packages have them: like those of contracts, with times that are distances. */
export const PACKAGE_KINDS: TermKinds = Object.fromEntries(
  Object.entries(TERM_KINDS).flatMap(([key, kind]) => {
    const made = toPackageKind(key, kind)
    return made === null ? [] : [[key, made]]
  }),
)
