import { Decimal, toText } from '../decimal.ts'
import type { PostedDraw } from '../ledger/draw.ts'
import { DIFFERENCES_MAX, type InvoiceDifference } from './invoice-difference.ts'
import { invoiceTotal } from './invoice-total.ts'
import type { Invoice, InvoiceLine, InvoiceSummary } from './invoice.ts'
import { replayApplied, replayLine } from './replay-line.ts'

/**
 * Checks an invoice against itself, whatever its terms are by now: every line is what its derivation
 * leads to, the lines add up to the total, and what the applied lines took is what it draws.
 */
export function verifyDocument(invoice: Invoice): InvoiceDifference[] {
  const differences = [
    ...invoice.lines.flatMap((line, index) => verifyLine(line, index)),
    ...verifyTotal(invoice),
    ...verifyDraws(invoice),
  ]
  return differences.slice(0, DIFFERENCES_MAX)
}

function verifyLine(line: InvoiceLine, index: number): InvoiceDifference[] {
  const differ = (expected: string | null, found: string, cause: string): InvoiceDifference => {
    return { kind: 'line', line: index, name: line.name, expected, found, cause }
  }
  try {
    if (line.type === 'applied_commit_or_credit') {
      const expected = replayApplied(line)
      if (new Decimal(expected).equals(line.total)) return []
      return [differ(expected, line.total, 'it is not by what the balance shrank')]
    }
    const replayed = replayLine(line)
    return (['quantity', 'unitPrice', 'total'] as const).flatMap((member) =>
      new Decimal(replayed[member]).equals(line[member])
        ? []
        : [differ(replayed[member], line[member], `its ${MEMBERS[member]} ${NOT_DERIVED}`)],
    )
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [differ(null, line.total, `its derivation cannot be followed: ${message}`)]
  }
}

const MEMBERS = { quantity: 'quantity', unitPrice: 'unit price', total: 'total' }
const NOT_DERIVED = 'is not what its derivation leads to'

function verifyTotal({ lines, creditTypeId, total }: Invoice): InvoiceDifference[] {
  const expected = invoiceTotal(lines, creditTypeId)
  if (expected.equals(total)) return []
  const cause = 'the total is not the sum of the lines'
  return [{ kind: 'total', expected: toText(expected), found: total, cause }]
}

/** What the applied lines took of each balance is what the invoice draws on it. */
function verifyDraws({ lines, derivation, type }: Invoice): InvoiceDifference[] {
  // What it shows as drawn, the invoices that it joins have drawn.
  if (type === 'USAGE_CONSOLIDATED') return []
  const taken = new Map<string, Decimal>()
  for (const line of lines) {
    if (line.type !== 'applied_commit_or_credit') continue
    const { balanceId, segmentId, seatId } = line.paidBy
    add(taken, [balanceId, segmentId, seatId ?? null], new Decimal(line.total).neg())
  }
  const drawn = new Map<string, Decimal>()
  for (const { balanceId, segmentId, seatId, amount } of derivation.draws ?? []) {
    add(drawn, [balanceId, segmentId, seatId ?? null], new Decimal(amount))
  }
  return compareAmounts(taken, drawn, 'it draws other amounts than its lines have applied')
}

/**
 * Checks a kept invoice against what is noted beside it: the columns by which it is found, and the
 * draws that its balances are told of.
 */
export function verifyStored(
  invoice: Invoice,
  summary: InvoiceSummary,
  posted: readonly PostedDraw[],
): InvoiceDifference[] {
  const columns = (Object.keys(summary) as (keyof InvoiceSummary)[]).flatMap((name) => {
    // The document stays as it was finalized: its status is the column's.
    if (name === 'status' || summary[name] === invoice[name]) return []
    const texts = { expected: String(invoice[name]), found: String(summary[name]) }
    const cause = `the column ${name} is not what the document says`
    return [{ kind: 'document' as const, name, ...texts, cause }]
  })
  const noted = new Map<string, Decimal>()
  for (const { invoiceId, balanceId, segmentId, seatId, amount } of posted) {
    if (invoiceId !== invoice.id) continue
    add(noted, [balanceId, segmentId, seatId ?? null], new Decimal(amount))
  }
  const drawn = new Map<string, Decimal>()
  for (const { balanceId, segmentId, seatId, amount } of invoice.derivation.draws ?? []) {
    add(drawn, [balanceId, segmentId, seatId ?? null], new Decimal(amount))
  }
  return [...columns, ...compareAmounts(drawn, noted, 'other draws are posted than it says')]
}

function add(amounts: Map<string, Decimal>, key: (string | null)[], amount: Decimal): void {
  const name = JSON.stringify(key)
  amounts.set(name, (amounts.get(name) ?? new Decimal(0)).plus(amount))
}

function compareAmounts(
  expected: ReadonlyMap<string, Decimal>,
  found: ReadonlyMap<string, Decimal>,
  cause: string,
): InvoiceDifference[] {
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((key) => {
    const [wants, has] = [expected.get(key), found.get(key)]
    if ((wants ?? new Decimal(0)).equals(has ?? new Decimal(0))) return []
    const [balanceId, segmentId, seatId] = JSON.parse(key) as [string, string, string | null]
    const seat = seatId === null ? '' : `, seat ${seatId}`
    return [
      {
        kind: 'draw' as const,
        name: `segment ${segmentId} of balance ${balanceId}${seat}`,
        expected: wants === undefined ? null : toText(wants),
        found: has === undefined ? null : toText(has),
        cause,
      },
    ]
  })
}
