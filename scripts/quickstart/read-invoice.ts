import type Metronome from '@metronome/sdk'
import { addAmounts, formatAmount, parseAmount, type Amount } from './amount.ts'
import { compareLines, type Line } from './expected-lines.ts'

export interface ReadInvoice {
  id: string
  status: string
  startingAt: string
  endingBefore: string
  total: Amount
  lines: Line[]
}

/** What the API answers when its numbers are kept as they were written: all digits count. */
interface ApiInvoice {
  id: string
  status: string
  start_timestamp: string
  end_timestamp: string
  total: string
  line_items: {
    name: string
    quantity: string
    unit_price: string
    total: string
    starting_at: string
    pricing_group_values?: Record<string, string>
    presentation_group_values?: Record<string, string>
  }[]
}

export async function readInvoices(
  client: Metronome,
  customerId: string,
  status: 'DRAFT' | 'FINALIZED',
): Promise<ReadInvoice[]> {
  const invoices = client.v1.customers.invoices.list({ customer_id: customerId, status })
  const response = await invoices.asResponse()
  const { data } = parseKeepingDigits(await response.text()) as { data: ApiInvoice[] }
  return data.map(({ id, status: read, start_timestamp, end_timestamp, total, line_items }) => ({
    id,
    status: read,
    startingAt: start_timestamp,
    endingBefore: end_timestamp,
    total: parseAmount(total),
    lines: line_items.map(readLine).sort(compareLines),
  }))
}

function readLine(item: ApiInvoice['line_items'][number]): Line {
  const values = { ...item.pricing_group_values, ...item.presentation_group_values }
  return {
    name: item.name,
    values: Object.keys(values)
      .sort()
      .map((name) => `${name}=${values[name]}`)
      .join(' '),
    startingAt: new Date(item.starting_at).toISOString().replace('.000Z', 'Z'),
    quantity: parseAmount(item.quantity),
    unitPrice: parseAmount(item.unit_price),
    total: parseAmount(item.total),
  }
}

function parseKeepingDigits(text: string): unknown {
  const parse = JSON.parse as (
    json: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ) => unknown
  return parse(text, (_key, value, { source }) => (typeof value === 'number' ? source : value))
}

/** Every way in which an invoice is not what it should be. */
export function compareInvoice(invoice: ReadInvoice, expected: Line[]): string[] {
  const [shown, wanted] = [invoice.lines, expected].map((lines) => lines.map(describeLine))
  const sum = addAmounts(invoice.lines.map(({ total }) => total))
  return [
    ...(shown ?? []).filter((line) => !wanted?.includes(line)).map((line) => `unexpected: ${line}`),
    ...(wanted ?? []).filter((line) => !shown?.includes(line)).map((line) => `missing: ${line}`),
    ...(sum === invoice.total ? [] : [`the lines add up to ${formatAmount(sum)} cents`]),
  ]
}

function describeLine({ name, values, startingAt, quantity, unitPrice, total }: Line): string {
  const figures = [quantity, unitPrice, total].map(formatAmount)
  return `${name} ${values} from ${startingAt}: ${figures[0]} x ${figures[1]} = ${figures[2]}`
}

/** The invoice as a table, in cents and with all digits. */
export function formatInvoice(invoice: ReadInvoice): string {
  const rows = invoice.lines.map((line) => [
    `${line.name}${line.values === '' ? '' : ` ${line.values.replace(/\w+=/g, '')}`}`,
    line.startingAt.slice(0, 10),
    formatAmount(line.quantity),
    formatAmount(line.unitPrice),
    formatAmount(line.total),
  ])
  const table = [
    ['Line', 'From', 'Quantity', 'Price, ¢', 'Total, ¢'],
    ...rows,
    ['Total', '', '', '', formatAmount(invoice.total)],
  ]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line) => `   ${line}`).join('\n')
}
