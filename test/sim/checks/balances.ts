import type { Balance, Customer } from '../model/books.ts'
import { sumOf } from '../model/exact.ts'
import { readBalances, type FoundBalance } from '../actors/contracts.ts'
import { count, type Simulation } from '../simulation.ts'
import { equal, fail } from './invoices.ts'

const DEDUCTION = /_(AUTOMATED_INVOICE_DEDUCTION|CANCELED|CREDITED)$/

/** What a ledger takes away for invoices is what they draw, in drafts as well. */
function checkDeductions(
  customer: Customer,
  { id, segments }: Balance,
  { ledger }: FoundBalance,
  now: number,
): void {
  const begun = segments.filter(({ startMs }) => startMs <= now).map((segment) => segment.id)
  const deducted = ledger.filter(({ type }) => DEDUCTION.test(type))
  const draws = [
    ...customer.final.filter(({ isVoid }) => !isVoid).flatMap(({ draws: own }) => own),
    ...customer.drafted,
  ].filter(({ balanceId, segmentId }) => balanceId === id && begun.includes(segmentId))
  const [found, expected] = [deducted, draws].map((all) => sumOf(all.map(({ amount }) => amount)))
  equal(`what the ledger of ${id} deducts`, found!, expected!.negated())
}

/** Ledgers add up, and say what invoices have drawn. */
export async function checkBalances(simulation: Simulation, customer: Customer): Promise<void> {
  const now = simulation.world.scheduler.nowMs
  const found = await readBalances(simulation, customer)
  // What a renewal took nothing of along is no balance.
  const known = customer.balances.filter(({ rolledFrom, segments: [only] }) => {
    return rolledFrom === null || only!.amount !== '0'
  })
  if (found.length !== known.length) {
    fail(`${customer.id} has ${found.length} balances, not ${known.length}`)
  }
  for (const balance of found) {
    const sum = sumOf(balance.ledger.map(({ amount }) => amount))
    const own = customer.balances.find(({ id }) => id === balance.id)
    if (own === undefined) fail(`nobody knows the balance ${balance.id}`)
    checkDeductions(customer, own, balance, now)
    // What is still owed of a postpaid commit after its time cannot be used any more.
    const isOwed = own.type === 'POSTPAID' && Number(balance.balance) === 0
    if (!isOwed) equal(`the balance of ${balance.id} and its ledger`, balance.balance, sum)
    if (sum.isNegative() && !sum.isZero()) fail(`${balance.id} has given more than it had`)
    count(simulation, 'ledgers checked')
  }
}
