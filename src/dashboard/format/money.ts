import { decimalText, groupDigits, shiftDecimal, type Numeric } from './decimal-text.ts'

/** A unit that prices are in, as the API names it. */
export interface Unit {
  id?: string | undefined
  name: string
}

const USD_CENTS = 'USD (cents)'
const SYMBOLS: Record<string, string> = {
  USD: '$',
  EUR: '€',
  GBP: '£',
  INR: '₹',
  BRL: 'R$',
  AUD: 'A$',
  CAD: 'C$',
  NZD: 'NZ$',
  SGD: 'S$',
}
const CODE = /^[A-Z]{3}$/
/** Currencies are shown with so many decimals at least. */
const MONEY_DECIMALS = 2

/** An amount cut into what is shown: `-$` or nothing, `1,234.50`, ` AI credits` or nothing. */
export interface MoneyText {
  prefix: string
  number: string
  suffix: string
  /** How many decimals the number has. */
  decimals: number
}

/** An amount of the API in people's spelling. Dollars come in cents; all digits are kept. */
export function formatMoney(value: Numeric, unit: Unit): MoneyText {
  const text = decimalText(value)
  const isDollar = unit.name === USD_CENTS
  const code = isDollar ? 'USD' : unit.name
  const isCurrency = CODE.test(code)
  const amount = isDollar ? shiftDecimal(text, 2) : text
  const number = groupDigits(amount, isCurrency ? MONEY_DECIMALS : 0)
  const isNegative = number.startsWith('−')
  const unsigned = isNegative ? number.slice(1) : number
  const symbol = isCurrency ? (SYMBOLS[code] ?? `${code} `) : ''
  return {
    prefix: (isNegative ? '−' : '') + symbol,
    number: unsigned,
    suffix: isCurrency ? '' : ` ${unit.name}`,
    decimals: unsigned.split('.')[1]?.length ?? 0,
  }
}

/** The same in one text, for labels and titles. */
export function moneyText(value: Numeric, unit: Unit): string {
  const { prefix, number, suffix } = formatMoney(value, unit)
  return prefix + number + suffix
}

/** The short name of a unit, for heads of columns. */
export function unitName({ name }: Unit): string {
  return name === USD_CENTS ? 'USD' : name
}

/** The same for a column of several units, whose names stand behind their numbers. */
export function decimalsByUnit(
  amounts: readonly { value: Numeric; unit: Unit }[],
): (unit: Unit) => number {
  const decimals = new Map<string, number>()
  for (const { value, unit } of amounts) {
    const before = decimals.get(unit.name) ?? 0
    decimals.set(unit.name, Math.max(before, formatMoney(value, unit).decimals))
  }
  return ({ name }) => decimals.get(name) ?? 0
}

/** How many decimals a column of amounts needs, so that their points are one below the other. */
export function decimalsOf(amounts: readonly { value: Numeric; unit: Unit }[]): number {
  return Math.max(0, ...amounts.map(({ value, unit }) => formatMoney(value, unit).decimals))
}
