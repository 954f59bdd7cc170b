import { Decimal } from '../model/exact.ts'
import { remainingOf, segmentKey } from '../model/statement.ts'
import { change, count, note, someCustomer, type Simulation } from '../simulation.ts'
import { readBalances } from './contracts.ts'

/** Adds to a segment of a balance by hand, or takes away a little of what it has left. */
export async function addEntry(simulation: Simulation): Promise<void> {
  const { random } = simulation
  const customer = someCustomer(simulation)
  const last = customer.contracts.at(-1)
  const balances = customer.balances.filter(
    ({ type, contractId, rolledFrom }) =>
      type !== 'POSTPAID' && contractId === last?.id && rolledFrom === null,
  )
  if (balances.length === 0) return
  const balance = random.pick(balances)
  const segment = random.pick(balance.segments)
  const remaining = remainingOf(customer).get(segmentKey(balance.id, segment.id))!
  const isMore = random.chance(0.6)
  // Drafts may have drawn all of it; what they draw then is less.
  const amount = isMore
    ? String(random.integer(1, 500) / 10)
    : remaining.times(random.integer(1, 9)).div(-10).toDecimalPlaces(4, Decimal.ROUND_UP).toString()
  if (new Decimal(amount).isZero()) return
  const reason = `entry-${simulation.step}`
  const body = {
    customer_id: customer.id,
    ...(balance.contractId !== null && { contract_id: balance.contractId }),
    id: balance.id,
    segment_id: segment.id,
    amount: Number(amount),
    reason,
  }
  note(simulation, `enters ${JSON.stringify(body)}`)
  await change(simulation, '/v1/contracts/addManualBalanceLedgerEntry', body, async () => {
    const found = await readBalances(simulation, customer)
    const own = found.find(({ id }) => id === balance.id)
    return own?.ledger.find((entry) => entry.reason === reason) ?? null
  })
  balance.manual.push({ segmentId: segment.id, amount })
  count(simulation, 'entries by hand')
}
