import type Metronome from '@metronome/sdk'
import type { InvoiceListParams } from '@metronome/sdk/resources/v1/customers/invoices'
import { addAmounts, formatAmount, parseAmount, type Amount } from './amount.ts'
import { compareLines, type Line } from './expected-lines.ts'

export interface ReadInvoice {
  id: string
  type: string
  status: string
  /** When it is issued: of scheduled invoices, their date. */
  issuedAt: string
  total: Amount
  lines: Line[]
}

/** What the API answers when its numbers are kept as they were written: all digits count. */
interface ApiInvoice {
  id: string
  type: string
  status: string
  issued_at: string
  total: string
  credit_type: { id: string }
  line_items: {
    name: string
    quantity?: string
    unit_price?: string
    total: string
    credit_type: { id: string; name: string }
    starting_at?: string
    pricing_group_values?: Record<string, string>
    presentation_group_values?: Record<string, string>
  }[]
}

/** A customer's invoices of a status, the newest first, their lines in the order of names. */
export async function readInvoices(
  client: Metronome,
  customerId: string,
  status: 'DRAFT' | 'FINALIZED',
): Promise<ReadInvoice[]> {
  const invoices = await readInvoicesAsShown(client, { customer_id: customerId, status })
  return invoices.map((invoice) => ({ ...invoice, lines: invoice.lines.toSorted(compareLines) }))
}

/** The invoices that are asked for, their lines in the order that they are shown in. */
export async function readInvoicesAsShown(
  client: Metronome,
  query: InvoiceListParams,
): Promise<ReadInvoice[]> {
  const response = await client.v1.customers.invoices.list(query).asResponse()
  const { data } = parseKeepingDigits(await response.text()) as { data: ApiInvoice[] }
  return data.map(({ id, type, status, issued_at, total, credit_type, line_items }) => ({
    id,
    type,
    status,
    issuedAt: instantOf(issued_at),
    total: parseAmount(total),
    lines: line_items.map((item) => readLine(item, credit_type.id)),
  }))
}

function readLine(item: ApiInvoice['line_items'][number], currencyId: string): Line {
  const values = { ...item.pricing_group_values, ...item.presentation_group_values }
  return {
    name: item.name,
    values: Object.keys(values)
      .sort()
      .map((name) => `${name}=${values[name]}`)
      .join(' '),
    startingAt: item.starting_at === undefined ? null : instantOf(item.starting_at),
    quantity: item.quantity === undefined ? null : parseAmount(item.quantity),
    unitPrice: item.unit_price === undefined ? null : parseAmount(item.unit_price),
    total: parseAmount(item.total),
    ...(item.credit_type.id !== currencyId && { unit: item.credit_type.name }),
  }
}

function instantOf(timestamp: string): string {
  return new Date(timestamp).toISOString().replace('.000Z', 'Z')
}

/** Reads JSON whose numbers stay texts. */
export function parseKeepingDigits(text: string): unknown {
  const parse = JSON.parse as (
    json: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ) => unknown
  return parse(text, (_key, value, { source }) => (typeof value === 'number' ? source : value))
}

/** Every way in which an invoice is not what it should be. */
export function compareInvoice(invoice: ReadInvoice, expected: Line[]): string[] {
  const [shown, wanted] = [invoice.lines, expected].map((lines) => lines.map(describeLine))
  const billed = invoice.lines.filter(({ unit }) => unit === undefined)
  const sum = addAmounts(billed.map(({ total }) => total))
  return [
    ...(shown ?? []).filter((line) => !wanted?.includes(line)).map((line) => `unexpected: ${line}`),
    ...(wanted ?? []).filter((line) => !shown?.includes(line)).map((line) => `missing: ${line}`),
    ...(invoice.lines.length === expected.length
      ? []
      : [`${invoice.lines.length} lines instead of ${expected.length}`]),
    ...(sum === invoice.total ? [] : [`the lines add up to ${formatAmount(sum)} cents`]),
  ]
}

function describeLine(line: Line): string {
  const { name, values, startingAt, quantity, unitPrice, total, unit = '¢' } = line
  const figures = [quantity, unitPrice, total].map(formatFigure)
  return `${name} ${values} from ${startingAt}: ${figures[0]} x ${figures[1]} = ${figures[2]} ${unit}`
}

function formatFigure(amount: Amount | null): string {
  return amount === null ? '' : formatAmount(amount)
}

/** The invoice as a table, in cents and with all digits. */
export function formatInvoice(invoice: ReadInvoice): string {
  const rows = invoice.lines.map((line) => [
    `${line.name}${line.values === '' ? '' : ` ${line.values.replace(/\w+=/g, '')}`}`,
    line.startingAt?.slice(0, 10) ?? '',
    formatFigure(line.quantity),
    formatFigure(line.unitPrice),
    `${formatAmount(line.total)}${line.unit === undefined ? '' : ` ${line.unit}`}`,
  ])
  const table = [
    ['Line', 'From', 'Quantity', 'Price, ¢', 'Total, ¢'],
    ...rows,
    ['Total', '', '', '', formatAmount(invoice.total)],
  ]
  return formatTable(table, 2)
}

/** @param texts how many columns are texts: the others are figures, which end where they end */
export function formatTable(table: string[][], texts: number): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i < texts ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line) => `   ${line}`).join('\n')
}
