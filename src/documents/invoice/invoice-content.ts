import type { Customer } from '../../core/customer.ts'
import { Decimal, sum, toText } from '../../core/decimal.ts'
import type { Invoice, InvoiceStatus } from '../../core/invoices/invoice.ts'
import type { NumberFormat, Seller } from '../../core/seller.ts'
import { DAY_MS } from '../../core/time.ts'
import { cleanText } from '../text/characters.ts'
import { groupLines, type LineGroup } from './group-lines.ts'
import { invoiceNumber } from './invoice-number.ts'
import { moneyFormat, type MoneyFormat, type PrintedAmount } from './number-format.ts'
import { printDate, printPeriod } from './print-dates.ts'
import { printGroup } from './print-group.ts'

/** What is printed, in plain texts; where on which page is decided afterwards. */
export interface InvoiceContent {
  number: string
  status: InvoiceStatus
  /** Across every page, and above its head, of what is not to be paid. */
  mark: 'DRAFT' | 'VOID' | null
  warning: string | null
  seller: Party
  buyer: Party
  /** Name and value. */
  facts: [name: string, value: string][]
  rows: ContentRow[]
  payment: string[]
  footer: string
}

interface Party {
  name: string
  lines: string[]
}

export type ContentRow =
  /** Begins the lines in one unit. */
  | { kind: 'section'; text: string; unit: string }
  | { kind: 'product'; text: string }
  | ChargeRow
  | { kind: 'subtotal'; text: string; amount: PrintedAmount }
  | { kind: 'total'; text: string; amount: PrintedAmount; isLast: boolean }
  | { kind: 'note'; text: string }

export interface ChargeRow {
  kind: 'charge' | 'applied'
  text: string
  details: string[]
  quantity: string
  unitPrice: string
  amount: PrintedAmount
  /** Below the heading of its product. */
  isIndented: boolean
}

export interface Printed {
  invoice: Invoice
  customer: Pick<Customer, 'id' | 'name' | 'customFields'>
  seller: Seller
  /** Of custom pricing units, by id. */
  unitNames: ReadonlyMap<string, string>
}

/** Decides what the print of an invoice says. Nothing is computed but sums of what it has. */
export function invoiceContent(printed: Printed): InvoiceContent {
  const { invoice, seller } = printed
  const format = seller.numberFormat ?? '1,234.56'
  const mark = invoice.status === 'FINALIZED' ? null : invoice.status
  return {
    number: invoiceNumber(invoice.id),
    status: invoice.status,
    mark,
    warning: mark === null ? null : WARNINGS[mark],
    seller: sellerParty(seller),
    buyer: buyerParty(printed),
    facts: printFacts(printed),
    rows: printRows(printed, format),
    payment: mark === 'VOID' ? [] : (seller.paymentInstructions ?? []).map(cleanText),
    footer: cleanText(seller.footer ?? ''),
  }
}

const WARNINGS = {
  DRAFT: 'This is a draft and not an invoice: its amounts may still change. Do not pay it.',
  VOID: 'This invoice is void. Nothing is owed for it.',
}

function sellerParty({ name = '', addressLines = [], taxId, email }: Seller): Party {
  const lines = [
    ...addressLines.map(cleanText),
    ...(taxId === undefined ? [] : [`Tax ID ${cleanText(taxId)}`]),
    ...(email === undefined ? [] : [cleanText(email)]),
  ]
  return { name: cleanText(name), lines: lines.filter((line) => line !== '') }
}

/** The keys of custom fields that say more of a customer than its name. */
const ADDRESS = ['billing_address', 'address']
const MORE: [key: string, label: string][] = [
  ['tax_id', 'Tax ID '],
  ['billing_email', ''],
]

function buyerParty({ customer, invoice }: Printed): Party {
  const fields = { ...invoice.customerCustomFields, ...customer.customFields }
  const address = ADDRESS.map((key) => fields[key]).find((value) => value !== undefined) ?? ''
  const lines = [
    ...address.split('\n').map(cleanText),
    ...MORE.flatMap(([key, label]) => {
      const value = cleanText(fields[key] ?? '')
      return value === '' ? [] : [label + value]
    }),
    `Customer ${customer.id}`,
  ]
  return { name: cleanText(customer.name), lines: lines.filter((line) => line !== '') }
}

function printFacts({ invoice, customer }: Printed): [string, string][] {
  const { startingAt, endingBefore, issuedAt, netPaymentTermsDays: days } = invoice
  const isDraft = invoice.status === 'DRAFT'
  const order = invoice.customFields['purchase_order'] ?? customer.customFields['purchase_order']
  const facts: [string, string][] = [['Invoice number', invoiceNumber(invoice.id)]]
  if (startingAt !== null && endingBefore !== null) {
    facts.push(['Period', printPeriod(startingAt, endingBefore)])
  }
  facts.push([isDraft ? 'To be issued' : 'Issued', printDate(issuedAt - (issuedAt % DAY_MS))])
  if (days !== undefined && invoice.status !== 'VOID') {
    const due = issuedAt - (issuedAt % DAY_MS) + days * DAY_MS
    const terms = days === 0 ? 'on receipt' : `net ${days} days`
    facts.push(['Due', `${printDate(due)} (${terms})`])
  }
  if (order !== undefined) facts.push(['Purchase order', cleanText(order)])
  if (invoice.regeneratedFromInvoiceId !== undefined) {
    facts.push(['Instead of', `${invoiceNumber(invoice.regeneratedFromInvoiceId)} (void)`])
  }
  facts.push(['Invoice ID', invoice.id])
  return facts
}

function printRows({ invoice, unitNames }: Printed, format: NumberFormat): ContentRow[] {
  const groups = groupLines(invoice.lines)
  const moneyOf = (id: string) => moneyFormat(id, unitNames, format)
  const currency = moneyOf(invoice.creditTypeId)
  const units = [...new Set(groups.map(({ creditTypeId }) => creditTypeId))]
  const custom = units.filter((id) => id !== invoice.creditTypeId)
  // Custom units come first: what they come to is among the lines of the currency.
  const rows = [...custom, invoice.creditTypeId].flatMap((id) => {
    const money = moneyOf(id)
    const own = groups.filter((group) => group.creditTypeId === id)
    const printed = own.flatMap((group) => printGroup(group, { invoice, money, moneyOf, format }))
    if (custom.length === 0) return printed
    const heading: ContentRow = {
      kind: 'section',
      text: `Charges in ${money.code}`,
      unit: money.code,
    }
    return [heading, ...printed, ...(money.isCurrency ? [] : [unitSubtotal(own, money)])]
  })
  if (groups.length === 0) rows.push({ kind: 'note', text: 'There is nothing to charge.' })
  return [...rows, ...printTotals(groups, invoice, currency)]
}

function unitSubtotal(groups: readonly LineGroup[], money: MoneyFormat): ContentRow {
  const amount = money.amount(totalOf(groups.flatMap(({ lines }) => lines)))
  return { kind: 'subtotal', text: `Total in ${money.code}`, amount }
}

function totalOf(lines: readonly { total: string }[]): string {
  return toText(sum(lines.map(({ total }) => new Decimal(total))))
}

function printTotals(
  groups: readonly LineGroup[],
  invoice: Invoice,
  currency: MoneyFormat,
): ContentRow[] {
  const lines = groups
    .filter(({ creditTypeId }) => creditTypeId === invoice.creditTypeId)
    .flatMap((group) => group.lines)
  const applied = lines.filter((line) => line.type === 'applied_commit_or_credit')
  const rows: ContentRow[] = []
  if (applied.length > 0) {
    const charges = lines.filter((line) => line.type !== 'applied_commit_or_credit')
    const amount = currency.amount(totalOf(charges))
    rows.push({ kind: 'total', text: 'Charges', amount, isLast: false })
    for (const [name, own] of Map.groupBy(applied, (line) => line.name)) {
      const paid = currency.amount(totalOf(own))
      rows.push({ kind: 'total', text: cleanText(name), amount: paid, isLast: false })
    }
  }
  const total = currency.amount(invoice.total)
  const text = `Total in ${currency.code}`
  rows.push({ kind: 'total', text, amount: total, isLast: true })
  const amounts = lines.map((line) => currency.amount(line.total))
  if ([total, ...amounts].some(({ exact }) => exact !== undefined)) {
    rows.push({ kind: 'note', text: ROUNDING_NOTE })
  }
  return rows
}

const ROUNDING_NOTE =
  'Amounts are computed exactly and rounded in print only; where an amount is rounded, the exact one stands below it.'
