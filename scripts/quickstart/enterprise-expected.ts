import { addAmounts, formatAmount, multiplyAmounts, parseAmount, type Amount } from './amount.ts'
import {
  CALL_TIERS,
  CREDITS,
  DISCOUNT,
  ONBOARDING,
  SEATS,
  SEATS_ADDED,
  SUPPORT_FRACTION,
  TOKEN_RATES,
  TOKENS_PER_UNIT,
} from './enterprise-terms.ts'
import type { Line } from './expected-lines.ts'
import type { Explanation } from './explain-line.ts'
import type { UsageEvent } from './generate-events.ts'
import { MARCH } from './price-list.ts'

const DAY_MS = 24 * 3_600_000

/** The usage invoice of March, computed a second time from what was sent, with the seats of April. */
export function expectedUsage(sent: UsageEvent[]): Line[] {
  const events = distinct(sent)
  const tokens = TOKEN_RATES.flatMap((rate) => tokenLine(rate, events))
  const credits = addAmounts(tokens.map(totalOf))
  const converted = line(`${CREDITS.name} to USD (cents)`, credits, parseAmount(CREDITS.cents))
  const calls = callLines(events.filter(({ event_type }) => event_type === 'api_call').length)
  const spend = addAmounts([converted, ...calls].map(totalOf))
  const support = line('Support', spend, parseAmount(SUPPORT_FRACTION))
  return [...tokens, converted, ...calls, support, seatLine('april')]
}

/** Paid before anything is used: seats of March, and the first charge. */
export function expectedStart(): Line[] {
  return [seatLine('march'), chargeLine(0)]
}

export function expectedCharge(): Line[] {
  return [chargeLine(1)]
}

/** For the seats that were added, what is left of March: the month's price by days. */
export function expectedAddition(): Line[] {
  const daysOf = (from: string) => BigInt((Date.parse(MARCH.end) - Date.parse(from)) / DAY_MS)
  const dated = parseAmount(SEATS.price) * daysOf(SEATS_ADDED)
  if (dated % daysOf(MARCH.start) !== 0n) throw new Error('the share has too many digits')
  const share = dated / daysOf(MARCH.start)
  return [{ ...line('Seats', whole(SEATS.added), share), startingAt: SEATS_ADDED }]
}

/** Why the discounted line costs what it does. */
export function expectedExplanation(sent: UsageEvent[]): Explanation {
  const { model, region, multiplier } = DISCOUNT
  const own = sent.filter(
    ({ properties }) => properties['model'] === model && properties['region'] === region,
  )
  const ids = new Set(own.map(({ transaction_id }) => transaction_id))
  const listed = TOKEN_RATES.find((rate) => rate.model === model && rate.region === region)
  const [billed] = listed === undefined ? [] : tokenLine(listed, distinct(sent))
  if (billed?.quantity == null || billed.unitPrice === null) throw new Error('no such line')
  return {
    events: String(ids.size),
    metered: billed.quantity * BigInt(TOKENS_PER_UNIT),
    converted: billed.quantity,
    listPrice: parseAmount(listed?.price),
    multiplier: parseAmount(multiplier),
    price: billed.unitPrice,
    total: billed.total,
    arithmetic: `${plain(billed.quantity)} × ${plain(billed.unitPrice)} = ${plain(billed.total)}`,
    search: {
      path: '/v1/events/search?limit=100',
      group_values: { model: [model], region: [region] },
    },
  }
}

function tokenLine(rate: (typeof TOKEN_RATES)[number], events: UsageEvent[]): Line[] {
  const { model, region, price } = rate
  const own = events.filter(
    ({ properties }) => properties['model'] === model && properties['region'] === region,
  )
  if (own.length === 0) return []
  const tokens = addAmounts(own.map(({ properties }) => parseAmount(properties['tokens'])))
  const isCheaper = model === DISCOUNT.model && region === DISCOUNT.region
  const factor = parseAmount(isCheaper ? DISCOUNT.multiplier : '1')
  const unitPrice = multiplyAmounts(parseAmount(price), factor)
  const values = `model=${model} region=${region}`
  const quantity = tokens / BigInt(TOKENS_PER_UNIT)
  const charge = line('Inference, 1,000 tokens', quantity, unitPrice)
  return [{ ...charge, values, unit: CREDITS.name }]
}

/** Each step of the ladder has a line of its own. */
function callLines(count: number): Line[] {
  let rest = count
  return CALL_TIERS.flatMap(({ size, price }) => {
    const inStep = Math.min(rest, size ?? rest)
    rest -= inStep
    return inStep === 0 ? [] : [line('API calls', whole(inStep), parseAmount(price))]
  })
}

function seatLine(month: 'march' | 'april'): Line {
  const count = month === 'march' ? SEATS.initial : SEATS.initial + SEATS.added
  const seats = line('Seats', whole(count), parseAmount(SEATS.price))
  return { ...seats, startingAt: month === 'march' ? MARCH.start : MARCH.end }
}

function chargeLine(index: number): Line {
  const charge = line('Onboarding', whole(1), parseAmount(ONBOARDING[index]?.price))
  return { ...charge, startingAt: null }
}

function line(name: string, quantity: Amount, unitPrice: Amount): Line {
  const total = multiplyAmounts(quantity, unitPrice)
  return { name, values: '', startingAt: MARCH.start, quantity, unitPrice, total }
}

/** Every transaction id counts once. */
function distinct(sent: UsageEvent[]): UsageEvent[] {
  return [...new Map(sent.map((event) => [event.transaction_id, event])).values()]
}

function whole(count: number): Amount {
  return parseAmount(String(count))
}

function plain(amount: Amount): string {
  return formatAmount(amount).replaceAll(',', '')
}

function totalOf({ total }: Line): Amount {
  return total
}
