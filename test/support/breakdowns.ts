import { Decimal, toText } from '../../src/core/decimal.ts'
import type { Invoice } from '../../src/core/invoices/invoice.ts'

/** What some invoices come to: the total, and each kind of line as `quantity / total`. */
export function addUp(invoices: readonly Invoice[]): Record<string, string> {
  const sums = new Map<string, { quantity: Decimal; total: Decimal }>()
  const add = (key: string, quantity: string, total: string) => {
    const known = sums.get(key)
    sums.set(key, {
      quantity: new Decimal(quantity).plus(known?.quantity ?? 0),
      total: new Decimal(total).plus(known?.total ?? 0),
    })
  }
  for (const { total, lines } of invoices) {
    add('total', '0', total)
    for (const line of lines) {
      const { name, type } = line
      const price = 'unitPrice' in line ? line.unitPrice : ''
      const payer = 'paidBy' in line ? (line.paidBy?.segmentId ?? '') : ''
      const level = 'tier' in line ? (line.tier?.level ?? '') : ''
      const quantity = 'quantity' in line ? line.quantity : '0'
      add([type, name, price, payer, level].join('|'), quantity, line.total)
    }
  }
  return Object.fromEntries(
    [...sums]
      .filter(([, { quantity, total }]) => !quantity.isZero() || !total.isZero())
      .map(([key, { quantity, total }]) => [key, `${toText(quantity)} / ${toText(total)}`]),
  )
}
