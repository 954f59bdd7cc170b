import { addAmounts, multiplyAmounts, parseAmount, type Amount } from './amount.ts'
import {
  CREDIT,
  CREDIT_END,
  FIRST_COMMIT,
  FIRST_END,
  RENEWAL,
  SECOND_COMMIT,
  SECOND_END,
  START,
  STORAGE_PRICE,
  TOKEN_PRICES,
  type Model,
} from './commit-terms.ts'
import type { Line } from './expected-lines.ts'
import type { UsageEvent } from './generate-events.ts'
import type { LedgerEntry, ReadBalance } from './read-balances.ts'

const UNIT = parseAmount('1')

/** What should be billed for each month, and what should have become of commits and credits. */
export interface Expected {
  lines: { january: Line[]; february: Line[]; march: Line[] }
  balances: ReadBalance[]
}

/** A commit or credit in the script's own books. */
interface Held {
  name: string
  prefix: 'PREPAID_COMMIT' | 'CREDIT'
  until: string
  pays: (charge: Charge) => boolean
  left: Amount
  ledger: LedgerEntry[]
}

interface Charge {
  name: string
  values: string
  startingAt: string
  quantity: Amount
  unitPrice: Amount
}

/**
 * The quarter computed a second time, straight from what was sent: whole-number arithmetic that
 * shares no code with the server.
 * @param now where the clock stands; from the renewal on, the contract has been renewed
 */
export function expectedAt(sent: UsageEvent[], now: string): Expected {
  const events = [...new Map(sent.map((event) => [event.transaction_id, event])).values()]
  const isInference = ({ name }: Charge) => name === 'Inference'
  const credit = hold('CREDIT', CREDIT, START, CREDIT_END, (charge) => {
    return charge.values === 'model=large' && charge.startingAt < CREDIT_END
  })
  const first = hold('PREPAID_COMMIT', FIRST_COMMIT, START, FIRST_END, isInference)

  const january = drawDown(
    [
      ...inference(events, START, CREDIT_END, ['large']),
      ...inference(events, CREDIT_END, '2026-02-01T00:00:00Z', ['large']),
      ...inference(events, START, '2026-02-01T00:00:00Z', ['small']),
      storage(events, START),
    ],
    [credit, first],
    '2026-02-01T00:00:00Z',
  )
  expire(credit, CREDIT_END, now)
  const february = drawDown(month(events, '2026-02-01T00:00:00Z', RENEWAL), [first], RENEWAL)
  if (Date.parse(now) < Date.parse(RENEWAL))
    return { lines: { january, february, march: [] }, balances: [first, credit].map(shown) }

  const limit = multiplyAmounts(
    parseAmount(FIRST_COMMIT.granted),
    parseAmount(FIRST_COMMIT.rollover),
  )
  const rolled = first.left < limit ? first.left : limit
  post(first, RENEWAL, 'ROLLOVER', -rolled)
  expire(first, RENEWAL, now)
  const rest = { name: FIRST_COMMIT.name, granted: rolled }
  const taken = hold('PREPAID_COMMIT', rest, RENEWAL, SECOND_END, isInference)
  const second = hold('PREPAID_COMMIT', SECOND_COMMIT, RENEWAL, SECOND_END, isInference)
  // What was taken along goes first.
  const march = drawDown(month(events, RENEWAL, FIRST_END), [taken, second], FIRST_END)
  const held = [first, taken, credit, second]
  return { lines: { january, february, march }, balances: held.map(shown) }
}

function hold(
  prefix: Held['prefix'],
  { name, granted }: { name: string; granted: string | Amount },
  from: string,
  until: string,
  pays: Held['pays'],
): Held {
  const held: Held = { name, prefix, until, pays, left: 0n, ledger: [] }
  post(held, from, 'SEGMENT_START', typeof granted === 'string' ? parseAmount(granted) : granted)
  return held
}

function post(held: Held, at: string, type: string, amount: Amount): void {
  if (amount === 0n) return
  held.ledger.push({ at, type: `${held.prefix}_${type}`, amount })
  held.left += amount
}

function expire(held: Held, at: string, now: string): void {
  if (Date.parse(now) >= Date.parse(at)) post(held, at, 'EXPIRATION', -held.left)
}

function shown({ name, left, ledger }: Held): ReadBalance {
  return { name, balance: left, ledger }
}

/** What a month costs, the dearest first: in this order, commits and credits pay for it. */
function month(events: UsageEvent[], from: string, until: string): Charge[] {
  return [storage(events, from), ...inference(events, from, until, ['large', 'small'])]
}

function inference(events: UsageEvent[], from: string, until: string, models: Model[]): Charge[] {
  const inTime = events.filter(({ timestamp }) => {
    return Date.parse(timestamp) >= Date.parse(from) && Date.parse(timestamp) < Date.parse(until)
  })
  return models.flatMap((model) => {
    const own = inTime.filter(({ properties }) => properties['model'] === model)
    const quantity = addAmounts(own.map(({ properties }) => parseAmount(properties['tokens'])))
    const unitPrice = parseAmount(TOKEN_PRICES[model])
    const values = `model=${model}`
    return quantity === 0n
      ? []
      : [{ name: 'Inference', values, startingAt: from, quantity, unitPrice }]
  })
}

function storage(events: UsageEvent[], from: string): Charge {
  const gigabytes = events
    .filter(({ timestamp }) => timestamp.startsWith(from.slice(0, 7)))
    .flatMap(({ properties }) => properties['gigabytes'] ?? [])
    .map(parseAmount)
  return {
    name: 'Storage, peak GB',
    values: '',
    startingAt: from,
    quantity: gigabytes.reduce((a, b) => (a > b ? a : b), 0n),
    unitPrice: parseAmount(STORAGE_PRICE),
  }
}

/** Lines that commits and credits pay, what is taken off for them, and what is left to pay. */
function drawDown(charges: Charge[], balances: Held[], periodEnd: string): Line[] {
  const drawn = new Map<Held, Amount>()
  const lines = charges.flatMap((charge): Line[] => {
    const { name, values, startingAt, unitPrice } = charge
    let rest = multiplyAmounts(charge.quantity, unitPrice)
    let quantity = charge.quantity
    const paid = balances.flatMap((held): Line[] => {
      const left = held.left - (drawn.get(held) ?? 0n)
      const total = left < rest ? left : rest
      if (total === 0n || !held.pays(charge)) return []
      drawn.set(held, (drawn.get(held) ?? 0n) + total)
      rest -= total
      const units = divide(total, unitPrice)
      quantity -= units
      return [
        { name, values, startingAt, quantity: units, unitPrice, total },
        {
          name: `${held.name} applied`,
          values,
          startingAt,
          quantity: null,
          unitPrice: null,
          total: -total,
        },
      ]
    })
    const isPaid = paid.length > 0 && rest === 0n
    return isPaid ? paid : [...paid, { name, values, startingAt, quantity, unitPrice, total: rest }]
  })
  for (const [held, amount] of drawn) {
    post(
      held,
      held.until < periodEnd ? held.until : periodEnd,
      'AUTOMATED_INVOICE_DEDUCTION',
      -amount,
    )
  }
  return lines
}

function divide(amount: Amount, price: Amount): Amount {
  if ((amount * UNIT) % price !== 0n) throw new Error('the quantity has too many digits')
  return (amount * UNIT) / price
}
