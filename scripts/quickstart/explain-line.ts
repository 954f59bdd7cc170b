import type Metronome from '@metronome/sdk'
import { addAmounts, formatAmount, parseAmount, type Amount } from './amount.ts'
import { parseKeepingDigits } from './read-invoice.ts'

/** How a line for usage in one pricing group came about, as the server explains it. */
export interface Explanation {
  events: string
  metered: Amount
  converted: Amount
  listPrice: Amount
  multiplier: Amount
  price: Amount
  total: Amount
  arithmetic: string
  /** Where the events are found, and what those of the line have. */
  search: { path: string; group_values: Record<string, string[]> }
}

/** What the API answers when its numbers are kept as they were written. */
interface ApiExplanation {
  line_item: { total: string; pricing_group_values?: Record<string, string> }
  usage?: { windows: { metered: string; converted: string }[] }
  rate: { price: string } | null
  override: { multiplier: string } | null
  price?: { price: string }
  arithmetic: string
  events?: { count: string; searches: Explanation['search'][] }
}

/** Explains the line of some pricing group values; null where the invoice has no such line. */
export async function explainLine(
  client: Metronome,
  invoice: { customerId: string; id: string },
  values: Record<string, string>,
): Promise<Explanation | null> {
  const path = `/v1/customers/${invoice.customerId}/invoices/${invoice.id}/explain`
  const response = await client.get(path).asResponse()
  const { data } = parseKeepingDigits(await response.text()) as { data: ApiExplanation[] }
  const found = data.find(({ line_item: { pricing_group_values: own = {} } }) =>
    Object.entries(values).every(([name, value]) => own[name] === value),
  )
  const [search] = found?.events?.searches ?? []
  if (found === undefined || search === undefined) return null
  const windows = found.usage?.windows ?? []
  return {
    events: found.events?.count ?? '',
    metered: addAmounts(windows.map(({ metered }) => parseAmount(metered))),
    converted: addAmounts(windows.map(({ converted }) => parseAmount(converted))),
    listPrice: parseAmount(found.rate?.price),
    multiplier: parseAmount(found.override?.multiplier),
    price: parseAmount(found.price?.price),
    total: parseAmount(found.line_item.total),
    arithmetic: found.arithmetic,
    search: { path: search.path, group_values: search.group_values },
  }
}

export function formatExplanation(explanation: Explanation): string {
  const { events, metered, converted, listPrice, multiplier, price, search } = explanation
  return [
    `${events} events, of which POST ${search.path} shows those with ${JSON.stringify(search.group_values)}`,
    `metered ${formatAmount(metered)}, converted ${formatAmount(converted)}`,
    `on the card ${formatAmount(listPrice)}, by the override × ${formatAmount(multiplier)} = ${formatAmount(price)}`,
    explanation.arithmetic,
  ]
    .map((text) => `   ${text}`)
    .join('\n')
}

/** Every way in which an explanation is not what it should be. */
export function compareExplanation(explanation: Explanation, expected: Explanation): string[] {
  const [got, wanted] = [explanation, expected].map(formatExplanation)
  return got === wanted && explanation.total === expected.total
    ? []
    : [`unexpected: ${got}`, `missing: ${wanted}`]
}
