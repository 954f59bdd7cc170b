import { Decimal, sum, toText } from '../../core/decimal.ts'
import type { ChargingLine, Invoice } from '../../core/invoices/invoice.ts'
import type { NumberFormat } from '../../core/seller.ts'
import { cleanText } from '../text/characters.ts'
import { describeLine } from './describe-line.ts'
import type { LineGroup } from './group-lines.ts'
import type { ChargeRow, ContentRow } from './invoice-content.ts'
import { printPeriod } from './print-dates.ts'
import { formatNumber, formatPercentage, type MoneyFormat } from './number-format.ts'

interface Context {
  invoice: Invoice
  /** Of the group's unit. */
  money: MoneyFormat
  moneyOf: (creditTypeId: string) => MoneyFormat
  format: NumberFormat
}

/** The rows of a product: one, or a heading, its lines, and what they come to. */
export function printGroup({ name, lines }: LineGroup, context: Context): ContentRow[] {
  const [only] = lines
  if (lines.length === 1 && only!.type !== 'applied_commit_or_credit') {
    const row = printCharge(only!, context)
    return [
      {
        ...row,
        text: titleOf(only!, context),
        details: [row.text, ...row.details].filter(Boolean),
        isIndented: false,
      },
    ]
  }
  const first = lines.find((line) => line.type !== 'applied_commit_or_credit')
  const title = first === undefined ? cleanText(name) : titleOf(first, context)
  const rows = lines.map((line): ChargeRow => {
    if (line.type !== 'applied_commit_or_credit') return namedRow(line, context)
    const amount = context.money.amount(line.total)
    const text = cleanText(line.name)
    return {
      kind: 'applied',
      text,
      details: [],
      quantity: '',
      unitPrice: '',
      amount,
      isIndented: true,
    }
  })
  const total = sum(lines.map((line) => new Decimal(line.total)))
  return [
    { kind: 'product', text: title },
    ...rows,
    { kind: 'subtotal', text: title, amount: context.money.amount(toText(total)) },
  ]
}

/** Among others a line has a text: where nothing else tells it from them, its time. */
function namedRow(line: ChargingLine, context: Context): ChargeRow {
  const row = printCharge(line, context)
  if (row.text !== '' || !('startingAt' in line)) return row
  return { ...row, text: printPeriod(line.startingAt, line.endingBefore) }
}

function titleOf(line: ChargingLine, { moneyOf, money }: Context): string {
  if (line.type !== 'cpu_conversion') return cleanText(line.name)
  return `${cleanText(moneyOf(line.derivation.customCreditTypeId).code)} in ${money.code}`
}

function printCharge(line: ChargingLine, context: Context): ChargeRow {
  const { money, moneyOf, format } = context
  const [text = '', ...details] = describeLine(line, context.invoice, format)
  const row = { kind: 'charge', text, details, isIndented: true } as const
  const amount = money.amount(line.total)
  if (isFractionOfSpend(line)) {
    const quantity = money.amount(line.quantity).text
    return { ...row, quantity, unitPrice: formatPercentage(line.unitPrice, format), amount }
  }
  const printed = formatNumber(line.quantity, format)
  const isConverted = line.type === 'cpu_conversion'
  const unit = isConverted ? ` ${cleanText(moneyOf(line.derivation.customCreditTypeId).code)}` : ''
  return { ...row, quantity: printed + unit, unitPrice: money.price(line.unitPrice), amount }
}

/** A minimum is charged as one of itself, and not as a fraction. */
function isFractionOfSpend(line: ChargingLine): boolean {
  if (line.type !== 'usage' || line.productType !== 'CompositeProductListItem') return false
  return !(line.quantity === '1' && line.unitPrice === line.derivation.minimum)
}
