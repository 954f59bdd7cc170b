import { checkInvoices, compareStatement, fail, readInvoices } from '../checks/invoices.ts'
import type { Customer, FinalInvoice } from '../model/books.ts'
import { periodsOf } from '../model/periods.ts'
import { remainingOf, stateUsage } from '../model/statement.ts'
import { change, count, iso, note, type Simulation } from '../simulation.ts'

/** Makes a final usage invoice void, and mostly has it made anew, at once or later. */
export async function correctInvoice(simulation: Simulation): Promise<void> {
  const { random } = simulation
  const correctable = simulation.books.customers.filter(
    (each) => isCorrectable(each) && each.final.some(({ isReplaced }) => !isReplaced),
  )
  if (correctable.length === 0) return
  const customer = random.pick(correctable)
  const invoice = random.pick(customer.final.filter(({ isReplaced }) => !isReplaced))
  if (!invoice.isVoid) await voidInvoice(simulation, customer, invoice)
  if (!invoice.isGiven && random.chance(0.7)) await regenerateInvoice(simulation, customer, invoice)
}

/** Whether what was invoiced may become something else. */
export function isCorrectable({ balances, contracts }: Customer): boolean {
  // A commit that was charged for what it lacked lacks something else by now.
  const drawsPostpaid = balances.some(({ type }) => type === 'POSTPAID')
  // What was taken along has been drawn on by invoices that stay as they are.
  const isRenewed = contracts.some(({ fromContractId }) => fromContractId !== null)
  return !drawsPostpaid && !isRenewed
}

async function voidInvoice(
  simulation: Simulation,
  customer: Customer,
  invoice: FinalInvoice,
): Promise<void> {
  note(simulation, `voids ${invoice.id}`)
  await change(simulation, '/v1/invoices/void', { id: invoice.id }, async () => {
    const invoices = await readInvoices(simulation, customer)
    const found = invoices.find(({ id }) => id === invoice.id)
    return found.status === 'VOID' ? { data: found } : null
  })
  invoice.isVoid = true
  await checkInvoices(simulation, customer)
  count(simulation, 'invoices voided')
}

async function regenerateInvoice(
  simulation: Simulation,
  customer: Customer,
  invoice: FinalInvoice,
): Promise<void> {
  const { books, world } = simulation
  note(simulation, `regenerates ${invoice.id}`)
  const find = async () => {
    const invoices = await readInvoices(simulation, customer)
    return invoices.find((each) => each.regenerated_from_invoice_id === invoice.id) ?? null
  }
  await change(simulation, '/v1/invoices/regenerate', { id: invoice.id }, find)
  const made = await find()
  if (made === null) fail(`nothing took the place of ${invoice.id}`)
  const contract = customer.contracts.find(({ id }) => id === invoice.contractId)!
  const period = periodsOf(contract, world.scheduler.nowMs).find(
    ({ startMs }) => startMs === invoice.periodStartMs,
  )
  if (period === undefined) fail(`${invoice.id} has no period any more`)
  const statement = stateUsage(books, customer, contract, period, remainingOf(customer))
  compareStatement(simulation, `${made.id}, made anew from ${iso(period.startMs)}`, made, statement)
  invoice.isReplaced = true
  const { draws } = statement
  customer.final.push({ ...invoice, id: made.id, draws, isVoid: false, isReplaced: false })
  await checkInvoices(simulation, customer)
  count(simulation, 'invoices made anew')
}
