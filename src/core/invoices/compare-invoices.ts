import type { Invoice, InvoiceLine, UnbilledItem } from './invoice.ts'
import type { InvoiceDifference } from './invoice-difference.ts'

/**
 * Where an invoice differs from one that was computed from the usage of the naive evaluation at the
 * same cut: line by line, in what it draws, what it leaves unbilled, and in all.
 * @param found the invoice
 * @param expected the same from the naive evaluation
 */
export function compareInvoices(found: Invoice, expected: Invoice): InvoiceDifference[] {
  const differences = [
    ...compareLines(found.lines, expected.lines),
    ...compareDraws(found, expected),
    ...compareUnbilled(found.derivation.unbilled, expected.derivation.unbilled),
  ]
  if (found.total !== expected.total) {
    const texts = { expected: expected.total, found: found.total }
    differences.push({ kind: 'total', ...texts, cause: FROM_USAGE })
  }
  if (differences.length > 0 || textOf(found) === textOf(expected)) return differences
  const cause = 'the same amounts are derived in another way from the stored events'
  return [{ kind: 'document', expected: null, found: null, cause }]
}

const FROM_USAGE = 'the usage in the stored events makes another invoice'

/** What must be equal: all that usage has a say in. */
function textOf({ total, lines, derivation }: Invoice): string {
  return JSON.stringify([total, lines, derivation.unbilled, derivation.draws ?? []])
}

function compareLines(
  found: readonly InvoiceLine[],
  expected: readonly InvoiceLine[],
): InvoiceDifference[] {
  const [own, second] = [keyed(found, lineKey), keyed(expected, lineKey)]
  return [...new Set([...own.keys(), ...second.keys()])].flatMap((key) => {
    const [a, b] = [own.get(key), second.get(key)]
    const [has, wants] = [a && amountText(a.item), b && amountText(b.item)]
    if (has === wants) return []
    const { name } = (a ?? b)!.item
    return [
      {
        kind: 'line' as const,
        ...(a !== undefined && { line: a.index }),
        name,
        expected: wants ?? null,
        found: has ?? null,
        cause: FROM_USAGE,
      },
    ]
  })
}

function compareDraws(found: Invoice, expected: Invoice): InvoiceDifference[] {
  const drawsOf = ({ derivation }: Invoice) =>
    keyed(derivation.draws ?? [], ({ balanceId, segmentId, seatId, at }) =>
      JSON.stringify([balanceId, segmentId, seatId, at]),
    )
  const [own, second] = [drawsOf(found), drawsOf(expected)]
  return [...new Set([...own.keys(), ...second.keys()])].flatMap((key) => {
    const [a, b] = [own.get(key)?.item, second.get(key)?.item]
    if (a?.amount === b?.amount) return []
    return [
      {
        kind: 'draw' as const,
        name: `segment ${(a ?? b)!.segmentId} of balance ${(a ?? b)!.balanceId}`,
        expected: b?.amount ?? null,
        found: a?.amount ?? null,
        cause: FROM_USAGE,
      },
    ]
  })
}

function compareUnbilled(
  found: readonly UnbilledItem[],
  expected: readonly UnbilledItem[],
): InvoiceDifference[] {
  const keyOf = (item: UnbilledItem) => JSON.stringify({ ...item, quantity: null })
  const [own, second] = [keyed(found, keyOf), keyed(expected, keyOf)]
  return [...new Set([...own.keys(), ...second.keys()])].flatMap((key) => {
    const [a, b] = [own.get(key)?.item, second.get(key)?.item]
    if (a?.quantity === b?.quantity) return []
    const { productId, startingAt, endingBefore } = (a ?? b)!
    return [
      {
        kind: 'unbilled' as const,
        name: `product ${productId}`,
        startingAt,
        endingBefore,
        expected: b?.quantity ?? null,
        found: a?.quantity ?? null,
        cause: FROM_USAGE,
      },
    ]
  })
}

/** Items by what they are of; those that are of the same are told apart by their order. */
function keyed<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, { item: Item; index: number }> {
  const counts = new Map<string, number>()
  return new Map(
    items.map((item, index) => {
      const key = keyOf(item)
      const ordinal = counts.get(key) ?? 0
      counts.set(key, ordinal + 1)
      return [`${key} ${ordinal}`, { item, index }]
    }),
  )
}

function lineKey(line: InvoiceLine): string {
  const span = 'startingAt' in line ? [line.startingAt, line.endingBefore] : []
  const product = 'productId' in line ? line.productId : null
  const values =
    'pricingGroupValues' in line ? [line.pricingGroupValues, line.presentationGroupValues] : []
  const level = 'tier' in line ? line.tier?.level : undefined
  const payer = 'paidBy' in line ? line.paidBy?.segmentId : undefined
  return JSON.stringify([line.type, line.name, product, span, values, level, payer])
}

function amountText(line: InvoiceLine): string {
  if (line.type === 'applied_commit_or_credit') return line.total
  return `${line.quantity} × ${line.unitPrice} = ${line.total}`
}
