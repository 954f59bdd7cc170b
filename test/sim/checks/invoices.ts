import type { Json } from '../client.ts'
import type { Customer, Draw } from '../model/books.ts'
import type { Decimal as Base } from 'decimal.js'
import { Decimal, sumOf } from '../model/exact.ts'
import { periodsOf } from '../model/periods.ts'
import { rollOver } from '../model/derived-balances.ts'
import { remainingOf, stateUsage, type Statement } from '../model/statement.ts'
import { findDerived } from '../actors/derived.ts'
import { count, DAY_MS, HOUR_MS, type Simulation } from '../simulation.ts'

const NEW = { isVoid: false, isReplaced: false, isGiven: false }

/** A finalization may be late by this much, where its first tries have failed. */
const LATE_MS = 30 * HOUR_MS

/**
 * Reads all invoices of a customer and compares them with the model: drafts by what is known now;
 * what has become final, too, and is kept then.
 */
export async function checkInvoices(simulation: Simulation, customer: Customer): Promise<void> {
  const invoices = await readInvoices(simulation, customer)
  for (const invoice of invoices) checkLaws(simulation, invoice)
  checkSeen(simulation, invoices)
  await findDerived(simulation, customer)
  await checkUsageInvoices(simulation, customer, invoices)
  checkScheduled(simulation, customer, invoices)
  checkTrueups(customer, invoices)
}

export async function readInvoices({ client }: Simulation, { id }: Customer): Promise<Json[]> {
  const invoices: Json[] = []
  let cursor: string | null = null
  do {
    const page: Json = await client.read(
      `/v1/customers/${id}/invoices?${cursor === null ? '' : `next_page=${cursor}`}`,
    )
    invoices.push(...page.data)
    cursor = page.next_page
  } while (cursor !== null)
  return invoices
}

/** What holds of every invoice, whatever it is for. */
function checkLaws(simulation: Simulation, invoice: Json): void {
  let total = new Decimal(0)
  for (const line of invoice.line_items) {
    const isApplied = line.type === 'applied_commit_or_credit'
    if (isApplied && line.commit_type === 'PostpaidCommit') continue
    total = total.plus(line.total)
    if (isApplied) continue
    const product = new Decimal(line.quantity).times(line.unit_price)
    const tolerance = product.abs().times('1e-25')
    if (product.minus(line.total).abs().gt(tolerance)) {
      fail(`line ${line.name} of ${invoice.id} is ${line.total}, not ${product.toString()}`)
    }
  }
  equal(`the total of ${invoice.id} and its lines`, invoice.total, total)
  count(simulation, 'invoices checked')
}

/** What is final stays as it is, but for becoming void. */
function checkSeen({ seen }: Simulation, invoices: readonly Json[]): void {
  const ids = new Set(invoices.map(({ id }) => id as string))
  if (ids.size !== invoices.length) fail('an invoice is listed twice')
  for (const { status, ...invoice } of invoices) {
    if (status === 'DRAFT') continue
    const text = JSON.stringify(invoice)
    const before = seen.get(invoice.id)
    if (before !== undefined && before !== text) {
      fail(`the final invoice ${invoice.id} has changed:\n${before}\n${text}`)
    }
    seen.set(invoice.id, text)
  }
}

async function checkUsageInvoices(
  simulation: Simulation,
  customer: Customer,
  invoices: readonly Json[],
): Promise<void> {
  const { books, world } = simulation
  const now = world.scheduler.nowMs
  const usage = invoices.filter(({ type }) => type === 'USAGE')
  const open = customer.contracts.flatMap((contract, order) =>
    periodsOf(contract, now)
      .filter(({ startMs }) => !isFinal(customer, contract.id, startMs))
      .map((period) => ({ contract, period, order })),
  )
  // What ends first draws first.
  open.sort((a, b) => a.period.endMs - b.period.endMs || a.order - b.order)
  const remaining = remainingOf(customer)
  let drafts = 0
  customer.drafted = []
  const rolled = new Set<string>()
  for (const { contract, period } of open) {
    const found = usage.filter(
      ({ contract_id, start_timestamp, status }) =>
        contract_id === contract.id &&
        Date.parse(start_timestamp) === period.startMs &&
        status !== 'VOID',
    )
    const name = `${contract.id} from ${new Date(period.startMs).toISOString()}`
    if (found.length !== 1) fail(`there are ${found.length} usage invoices of ${name}`)
    const [invoice] = found
    equal(`the end of ${name}`, Date.parse(invoice.end_timestamp), period.endMs)
    if (!rolled.has(contract.id)) rollOver(customer, contract.id, remaining)
    rolled.add(contract.id)
    const statement = stateUsage(books, customer, contract, period, remaining)
    compareStatement(simulation, `${invoice.status} ${invoice.id} of ${name}`, invoice, statement)
    if (invoice.status === 'FINALIZED') {
      if (now < period.endMs + DAY_MS) fail(`${name} is final too early`)
      const { id } = invoice
      const { draws } = statement
      const periodStartMs = period.startMs
      customer.final.push({ id, contractId: contract.id, periodStartMs, draws, ...NEW })
      count(simulation, 'usage invoices finalized')
    } else {
      drafts += 1
      customer.drafted.push(...statement.draws)
      const dueMs = Math.max(period.endMs + DAY_MS, contract.changedAtMs)
      if (now > dueMs + LATE_MS) fail(`${name} is not final yet`)
    }
  }
  const expected = customer.final.length + drafts
  if (usage.length !== expected) fail(`there are ${usage.length} usage invoices, not ${expected}`)
}

function isFinal({ final }: Customer, contractId: string, startMs: number): boolean {
  return final.some((each) => {
    return each.contractId === contractId && each.periodStartMs === startMs
  })
}

export function compareStatement(
  { books }: Simulation,
  name: string,
  invoice: Json,
  statement: Statement,
): void {
  for (const product of books.products) {
    const own = (line: Json) => line.type === 'usage' && line.product_id === product.id
    const found = sumOf(invoice.line_items.filter(own).map(({ total }: Json) => total))
    const lines = statement.lines.filter(({ cell }) => cell.product === product)
    equal(`${product.name} on ${name}`, found, sumOf(lines.map(({ amount }) => amount)))
  }
  const drawn = (draws: readonly Draw[]) => {
    const sums = new Map<string, Decimal>()
    for (const { balanceId, segmentId, amount } of draws) {
      const key = `${balanceId} ${segmentId}`
      sums.set(key, sumOf([sums.get(key) ?? 0, amount]))
    }
    return [...sums]
      .map(([key, amount]) => `${key} ${amount.toString()}`)
      .sort()
      .join('\n')
  }
  const applied = invoice.line_items
    .filter(({ type }: Json) => type === 'applied_commit_or_credit')
    .map(({ commit_id, commit_segment_id, total }: Json) => {
      const amount = new Decimal(total).negated().toString()
      return { balanceId: commit_id, segmentId: commit_segment_id, amount }
    })
  const [found, expected] = [drawn(applied), drawn(statement.draws)]
  if (found !== expected) fail(`${name} draws\n${found}\nnot\n${expected}`)
  equal(`the total of ${name}`, invoice.total, statement.total)
}

/** Every charge that is due has exactly one line on an invoice that is final. */
function checkScheduled(
  { world }: Simulation,
  { contracts }: Customer,
  invoices: readonly Json[],
): void {
  const now = world.scheduler.nowMs
  for (const { id, scheduledCharges, endMs, changedAtMs } of contracts) {
    const own = invoices.filter(
      ({ contract_id, type, status }) =>
        contract_id === id && type === 'SCHEDULED' && status === 'FINALIZED',
    )
    const found: string[] = own.flatMap(({ issued_at, line_items }) =>
      line_items
        .filter(({ postpaid_commit }: Json) => postpaid_commit === undefined)
        .map(({ total }: Json) => `${Date.parse(issued_at)} ${total}`),
    )
    const byThen = (atMs: number) => scheduledCharges.filter((each) => each.atMs <= atMs)
    const texts = (atMs: number) =>
      byThen(atMs)
        .map((each) => `${each.atMs} ${each.amount}`)
        .sort()
    if (endMs !== null) continue
    const [all, due] = [texts(now), changedAtMs < now - LATE_MS ? texts(now - LATE_MS) : []]
    const missing = due.find((each) => !found.includes(each))
    const stray = found.find((each) => !all.includes(each))
    if (missing !== undefined) fail(`the charge ${missing} of ${id} is not invoiced`)
    if (stray !== undefined) fail(`the charge ${stray} of ${id} is invoiced, and not agreed on`)
    if (found.length > all.length) fail(`charges of ${id} are invoiced twice`)
  }
}

/** A postpaid commit is charged for what invoices have not drawn of it, once, at the end. */
function checkTrueups({ balances, final }: Customer, invoices: readonly Json[]): void {
  const lines = invoices
    .filter(({ status }) => status === 'FINALIZED')
    .flatMap(({ line_items }): Json[] => line_items)
    .filter(({ postpaid_commit }) => postpaid_commit !== undefined)
  const ids = lines.map(({ postpaid_commit }): string => postpaid_commit.id)
  if (new Set(ids).size !== ids.length) fail('a true-up is charged twice')
  for (const { total, postpaid_commit } of lines) {
    const balance = balances.find(({ id }) => id === postpaid_commit.id)
    if (balance === undefined) fail(`a true-up of ${postpaid_commit.id}, which nobody knows`)
    const drawn = final
      .filter(({ isVoid }) => !isVoid)
      .flatMap(({ draws }) => draws)
      .filter(({ balanceId }) => balanceId === balance.id)
    const granted = sumOf(balance.segments.map(({ amount }) => amount))
    const open = granted.minus(sumOf(drawn.map(({ amount }) => amount)))
    equal(`the true-up of ${balance.id}`, total, open)
  }
}

export function equal(what: string, found: Base.Value, expected: Base.Value): void {
  if (!new Decimal(found).eq(expected)) {
    fail(`${what} is ${found.toString()}, and should be ${expected.toString()}`)
  }
}

export function fail(text: string): never {
  throw new CheckError(text)
}

/** Something is not as it must be. */
export class CheckError extends Error {}
