import { findFiatCreditType, USD } from '../../core/currency.ts'
import { Decimal, parseDecimal, toText } from '../../core/decimal.ts'
import { assert, unreachable } from '../../core/result.ts'
import type { NumberFormat } from '../../core/seller.ts'

const NARROW_SPACE = '\u00a0'
const MINUS = '−'
/** Dollars have cents, and so has every currency that invoices may be in. */
const MINOR_DIGITS = 2

/** An amount in print: rounded to what can be paid, and exactly where that is something else. */
export interface PrintedAmount {
  text: string
  exact?: string
}

/** A currency or a custom unit, and how amounts in it are printed. */
export interface MoneyFormat {
  /** `USD`, `EUR` or the unit's name. */
  code: string
  isCurrency: boolean
  /** A line's amount or a total, from the invoice's decimal text. */
  amount(text: string): PrintedAmount
  /** With all the digits that it has. */
  price(text: string): string
}

/** A number with all its digits, in groups of three. */
export function formatNumber(text: string, format: NumberFormat, digitsMin = 0): string {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  assert(whole !== undefined, 'what is printed is a decimal text')
  const [group, point] = separatorsOf(format)
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group)
  const digits = fraction.padEnd(digitsMin, '0')
  return `${sign === '-' ? MINUS : ''}${grouped}${digits === '' ? '' : point + digits}`
}

function separatorsOf(format: NumberFormat): [group: string, point: string] {
  switch (format) {
    case '1,234.56':
      return [',', '.']
    case '1.234,56':
      return ['.', ',']
    case '1 234,56':
      return [NARROW_SPACE, ',']
    case '1’234.56':
      return ['’', '.']
    default:
      return unreachable(format)
  }
}

/**
 * How amounts of a credit type are printed. Dollars are counted in cents and printed in dollars
 * (pricing 1.1); a custom unit has no smallest part, so that its amounts are never rounded.
 */
export function moneyFormat(
  creditTypeId: string,
  unitNames: ReadonlyMap<string, string>,
  format: NumberFormat,
): MoneyFormat {
  const fiat = findFiatCreditType(creditTypeId)
  if (fiat === undefined) {
    const print = (text: string) => formatNumber(normal(text), format)
    const code = unitNames.get(creditTypeId) ?? creditTypeId
    return { code, isCurrency: false, amount: (text) => ({ text: print(text) }), price: print }
  }
  const unit = new Decimal(fiat.id === USD.id ? '0.01' : '1')
  const inWhole = (text: string) => parse(text).times(unit)
  return {
    code: fiat.id === USD.id ? 'USD' : fiat.name,
    isCurrency: true,
    amount(text) {
      const exact = inWhole(text)
      const rounded = exact.toDecimalPlaces(MINOR_DIGITS, Decimal.ROUND_HALF_UP)
      const printed = formatNumber(positiveZero(rounded.toFixed(MINOR_DIGITS)), format)
      if (rounded.eq(exact)) return { text: printed }
      return { text: printed, exact: formatNumber(toText(exact), format) }
    },
    price: (text) => formatNumber(positiveZero(toText(inWhole(text))), format, MINOR_DIGITS),
  }
}

/** A fraction as a percentage, with all its digits. */
export function formatPercentage(text: string, format: NumberFormat): string {
  return `${formatNumber(toText(parse(text).times(100)), format)}${NARROW_SPACE}%`
}

function parse(text: string): Decimal {
  const value = parseDecimal(text)
  assert(value !== null, 'what is printed is a decimal text')
  return value
}

function normal(text: string): string {
  return positiveZero(toText(parse(text)))
}

function positiveZero(text: string): string {
  return /^-[0.]*$/.test(text) ? text.slice(1) : text
}
