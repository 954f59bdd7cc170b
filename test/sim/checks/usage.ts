import type { Customer } from '../model/books.ts'
import { count, DAY_MS, floorTo, iso, START_MS, type Simulation } from '../simulation.ts'
import { fail, readInvoices } from './invoices.ts'

/** The product's own proof of usage finds nothing. */
export async function checkUsage(simulation: Simulation, customer: Customer): Promise<void> {
  const { client, world } = simulation
  const { data } = await client.read('/v1/usage/verify', {
    customer_id: customer.id,
    starting_on: iso(floorTo(START_MS, DAY_MS) - 40 * DAY_MS),
    ending_before: iso(floorTo(world.scheduler.nowMs, DAY_MS) + 2 * DAY_MS),
    window_size: 'DAY',
  })
  if (data.verified !== true) fail(`usage is not verified: ${JSON.stringify(data)}`)
  count(simulation, 'usage verified')
}

/** So does its proof of invoices, of drafts and of final ones, whatever came after them. */
export async function checkProofs(simulation: Simulation, customer: Customer): Promise<void> {
  const { client, random } = simulation
  const invoices = await readInvoices(simulation, customer)
  if (invoices.length === 0) return
  const { id, status } = random.pick(invoices)
  const { data } = await client.read(`/v1/customers/${customer.id}/invoices/${id}/verify`, {})
  if (data.status !== 'VERIFIED') {
    fail(`the ${status} invoice ${id} is not verified: ${JSON.stringify(data)}`)
  }
  count(simulation, 'invoices verified')
}
