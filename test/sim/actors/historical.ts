import { checkInvoices, compareStatement, readInvoices } from '../checks/invoices.ts'
import type { Json } from '../client.ts'
import type { Contract, Customer, Product } from '../model/books.ts'
import { linesOfGiven, type GivenUsage } from '../model/given.ts'
import { periodsOf, type Period } from '../model/periods.ts'
import { termsAt } from '../model/price.ts'
import { payLines, remainingOf, type Statement } from '../model/statement.ts'
import { change, count, HOUR_MS, iso, note, type Simulation } from '../simulation.ts'
import { isCorrectable } from './corrections.ts'
import { findDerived } from './derived.ts'
import { MODELS, REGIONS } from './offer.ts'

const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'

/** Gives the usage of a period that is over and has no invoice, or only void ones. */
export async function giveUsage(simulation: Simulation): Promise<void> {
  const { random, world, books } = simulation
  const now = world.scheduler.nowMs
  const open = books.customers.filter(isCorrectable).flatMap((customer) =>
    customer.contracts.flatMap((contract) =>
      periodsOf(contract, now)
        .filter((period) => period.endMs <= now && isOpen(customer, contract, period))
        .map((period) => ({ customer, contract, period })),
    ),
  )
  if (open.length === 0) return
  const { customer, contract, period } = random.pick(open)
  await findDerived(simulation, customer)
  const usage = random
    .shuffle(books.products)
    .slice(0, random.integer(1, 3))
    .flatMap((product) => newUsage(simulation, contract, period, product))
  if (usage.length === 0) return
  const lines = linesOfGiven(books, contract, usage)
  const statement = payLines(customer, contract, lines, remainingOf(customer))
  await askForInvoice(simulation, { customer, contract, period }, usage, statement)
}

function isOpen({ final }: Customer, contract: Contract, { startMs }: Period): boolean {
  return !final.some(
    ({ contractId, periodStartMs, isVoid }) =>
      contractId === contract.id && periodStartMs === startMs && !isVoid,
  )
}

/** An hour's usage of a product; none where it has no price then. */
function newUsage(
  { random, books }: Simulation,
  contract: Contract,
  { startMs: fromMs, endMs: toMs }: Period,
  product: Product,
): GivenUsage[] {
  const startMs = fromMs + random.integer(0, (toMs - fromMs) / HOUR_MS - 1) * HOUR_MS
  const values: Record<string, string> = {
    model: random.pick(MODELS),
    region: random.pick(REGIONS),
  }
  const valuesOf = (names: string[]) => names.map((name) => values[name] ?? 'other')
  const cell = {
    product,
    pricingValues: valuesOf(product.pricingKey),
    presentationValues: valuesOf(product.presentationKey),
    events: [],
  }
  if (product.isAtEnd || termsAt(books, contract, cell, startMs) === null) return []
  const quantity = String(random.integer(1, 900) / 10)
  return [{ ...cell, startMs, endMs: startMs + HOUR_MS, quantity }]
}

interface Place {
  customer: Customer
  contract: Contract
  period: Period
}

async function askForInvoice(
  simulation: Simulation,
  place: Place,
  usage: readonly GivenUsage[],
  statement: Statement,
): Promise<void> {
  const { customer, contract, period } = place
  const path = '/v1/contracts/createHistoricalInvoices'
  const invoices = [toApi(place, usage)]
  const name = `given usage of ${contract.id} from ${iso(period.startMs)}`
  note(simulation, `gives ${JSON.stringify(invoices)}`)
  const { data } = await simulation.client.read(path, { invoices, preview: true })
  compareStatement(simulation, `the preview of ${name}`, data[0], statement)
  const known = new Set(customer.final.map(({ id }) => id))
  const find = async (): Promise<Json> => {
    const all = await readInvoices(simulation, customer)
    const found = all.find(
      ({ id, type, status, contract_id, start_timestamp }) =>
        type === 'USAGE' &&
        status === 'FINALIZED' &&
        contract_id === contract.id &&
        Date.parse(start_timestamp) === period.startMs &&
        !known.has(id),
    )
    return found === undefined ? null : { data: [found] }
  }
  const made = await change(simulation, path, { invoices, preview: false }, find)
  const { id } = made.data[0]
  compareStatement(simulation, name, made.data[0], statement)
  const own = { contractId: contract.id, periodStartMs: period.startMs }
  for (const former of customer.final) {
    const isFormer = former.contractId === contract.id && former.periodStartMs === period.startMs
    if (isFormer) former.isReplaced = true
  }
  const { draws } = statement
  customer.final.push({ id, ...own, draws, isVoid: false, isReplaced: false, isGiven: true })
  await checkInvoices(simulation, customer)
  count(simulation, 'historical invoices')
}

function toApi({ customer, contract, period }: Place, usage: readonly GivenUsage[]) {
  const valuesOf = (names: string[], values: string[]) =>
    Object.fromEntries(names.map((name, i) => [name, values[i]]))
  return {
    customer_id: customer.id,
    contract_id: contract.id,
    credit_type_id: USD,
    inclusive_start_date: iso(period.startMs),
    exclusive_end_date: iso(period.endMs),
    issue_date: iso(period.endMs),
    usage_line_items: usage.map(({ product, startMs, endMs, quantity, ...values }) => ({
      product_id: product.id,
      inclusive_start_date: iso(startMs),
      exclusive_end_date: iso(endMs),
      quantity: Number(quantity),
      pricing_group_values: valuesOf(product.pricingKey, values.pricingValues),
      presentation_group_values: valuesOf(product.presentationKey, values.presentationValues),
    })),
  }
}
