import type Metronome from '@metronome/sdk'
import { addAmounts, formatAmount, parseAmount } from './amount.ts'
import { keepBooks, type Books } from './books.ts'
import { generateCommitDeliveries, lateDelivery } from './commit-events.ts'
import { expectedAt } from './commit-expected.ts'
import { createCommitOffer, renew, signFirst } from './commit-set-up.ts'
import {
  BUYER,
  CREDIT,
  CREDIT_END,
  FIRST_COMMIT,
  FIRST_END,
  RENEWAL,
  SECOND_COMMIT,
  START,
} from './commit-terms.ts'
import type { Line } from './expected-lines.ts'
import { compareBalances, formatBalances, readBalances, readNetBalance } from './read-balances.ts'
import { createSandbox } from './sandbox.ts'
import type { Scenario } from './scenario.ts'

/** When the first month has half passed, its usage is looked at. */
const LOOK = '2026-01-15T00:00:00Z'

/**
 * Bills a quarter to a customer that pays in advance: a commit that is worth more than it costs, a
 * credit that expires within a month, a renewal that takes some of the commit along, and usage
 * beyond all of them. Every line, balance and entry of a ledger is compared with the script's own.
 */
export const billCommits: Scenario = async (server, print) => {
  print(`1  A sandbox of its own, its clock frozen at ${START}`)
  const sandbox = await createSandbox(server, { name: 'quickstart-commits', now: START })
  const { client } = sandbox
  print(`2  Inference priced by model, and storage; a card, and a customer`)
  const offer = await createCommitOffer(client)
  const customer = { id: offer.customerId, start: START }
  const books = keepBooks(client, customer, print)
  const deliveries = generateCommitDeliveries()
  const send = (until: string) => {
    const count =
      deliveries.findLastIndex(({ clock }) => Date.parse(clock) <= Date.parse(until)) + 1
    return books.deliver(deliveries.splice(0, count))
  }
  const months = () => expectedAt(books.events(), books.now()).lines
  const balances = () => showBalances(client, customer.id, books, print)

  print(`3  ${BUYER.name} signs: a credit, and a commit that is paid at once, with a discount`)
  const firstId = await signFirst(client, offer)
  const paid = { type: 'SCHEDULED', status: 'FINALIZED' } as const
  await books.showInvoice('Commit', paid, [purchase(FIRST_COMMIT)])
  await balances()

  print(`4  Usage arrives: the credit goes first, but pays for the larger model only`)
  await send(LOOK)
  await books.showInvoice('January so far', { status: 'DRAFT' }, months().january)
  await balances()
  print(`5  On 16 January, what is left of the ${CREDIT.name.toLowerCase()} expires\n`)
  await send(CREDIT_END)
  await balances()
  await send('2026-02-01T00:00:00Z')
  await books.moveTo('2026-02-02T00:00:00Z')
  const billed = { type: 'USAGE', status: 'FINALIZED' } as const
  await books.showInvoice('January', billed, months().january)

  print(`6  On 1 March another contract takes over: a tenth of the commit goes along`)
  await send(RENEWAL)
  const contract_id = await renew(client, offer, firstId)
  await books.showInvoice('Renewed commit', { ...paid, contract_id }, [purchase(SECOND_COMMIT)])
  await balances()
  print(`   Usage of February arrives late, before its invoice is final: less expires\n`)
  await books.deliver([lateDelivery()])
  await balances()
  await books.moveTo('2026-03-02T00:00:00Z')
  const february = { ...billed, starting_on: '2026-02-01T00:00:00Z' }
  await books.showInvoice('February', february, months().february)

  print(`7  March uses what went along, then the renewed commit, and more than both`)
  await send(FIRST_END)
  await books.moveTo('2026-04-02T00:00:00Z')
  await books.showInvoice('March', { ...billed, contract_id }, months().march)
  await balances()
  const result = books.result()
  if (result.differences.length === 0) {
    print(
      `   All ${result.lines} lines, and all entries of the ledgers, are what the script adds up itself.`,
    )
  }
  print(`   The sandbox stays; its token is ${sandbox.token}`)
  return result
}

/** The line that a commit is paid by. */
function purchase({ name, paid }: { name: string; paid: string }): Line {
  const total = parseAmount(paid)
  const quantity = parseAmount('1')
  return { name, values: '', startingAt: null, quantity, unitPrice: total, total }
}

/** Prints the ledgers and what is left of all, and compares them with the script's own. */
async function showBalances(
  client: Metronome,
  customerId: string,
  books: Books,
  print: (text: string) => void,
): Promise<void> {
  const day = books.now().slice(0, 10)
  const balances = await readBalances(client, customerId)
  const net = await readNetBalance(client, customerId)
  print(`   What is left on ${day}\n\n${formatBalances(balances)}`)
  print(`   Together ${formatAmount(net)}\n`)
  const wanted = expectedAt(books.events(), books.now()).balances
  const sum = addAmounts(wanted.map(({ balance }) => balance))
  books.check(`balances on ${day}`, [
    ...compareBalances(balances, wanted),
    ...(net === sum ? [] : [`together they should be ${formatAmount(sum)}`]),
  ])
}
