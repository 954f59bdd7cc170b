import { keepBooks } from './books.ts'
import { generateEnterpriseDeliveries } from './enterprise-events.ts'
import {
  expectedAddition,
  expectedCharge,
  expectedExplanation,
  expectedStart,
  expectedUsage,
} from './enterprise-expected.ts'
import * as setUp from './enterprise-set-up.ts'
import {
  CREDITS,
  DISCOUNT,
  ENTERPRISE,
  PACKAGE_ALIAS,
  SEATS,
  SEATS_ADDED,
} from './enterprise-terms.ts'
import { compareExplanation, explainLine, formatExplanation } from './explain-line.ts'
import { MARCH } from './price-list.ts'
import { createSandbox } from './sandbox.ts'
import type { Scenario } from './scenario.ts'

/** A usage invoice is final a day after its period ends. */
const FINAL = '2026-04-02T00:00:00Z'
/** With a week of March to come, the draft is looked at. */
const LOOK = '2026-03-25T00:00:00.000Z'

/**
 * Bills March by a contract that a package makes: a ladder, prices by dimension, a custom pricing
 * unit, an override, seats of which there are more from the middle of the month on, charges on
 * dates, and a fee on what is used. Every line is compared with the script's own sums.
 */
export const billEnterprise: Scenario = async (server, print) => {
  print(`1  A sandbox of its own, its clock frozen at ${MARCH.start}`)
  const sandbox = await createSandbox(server, { name: 'quickstart-enterprise', now: MARCH.start })
  const { client } = sandbox
  print(`2  Tokens by model and region, calls by a ladder, seats, a fee, a charge for onboarding`)
  const products = await setUp.createEnterpriseProducts(client)
  print(`3  Their prices; those of tokens are in ${CREDITS.name}, worth ${CREDITS.cents} ¢ each`)
  await setUp.createEnterpriseCard(client, products)
  print(
    `4  A package of all terms, "${PACKAGE_ALIAS}", with a fifth off the larger model in Europe`,
  )
  await setUp.createEnterprisePackage(client, products)
  const signed = await setUp.signEnterprise(client)
  const customer = { id: signed.customerId, start: MARCH.start }
  const books = keepBooks(client, customer, print)

  print(`5  ${ENTERPRISE.name} signs, and pays for ${SEATS.initial} seats and onboarding at once`)
  const scheduled = { type: 'SCHEDULED', status: 'FINALIZED', sort: 'date_desc' } as const
  await books.showInvoice('Signed', scheduled, expectedStart())

  print(`6  Usage arrives; on 15 March the rest of onboarding is due`)
  const deliveries = generateEnterpriseDeliveries()
  await books.deliver(deliveries.splice(0, 3))
  await books.showInvoice('Onboarding', scheduled, expectedCharge())
  print(`7  On 17 March there are ${SEATS.added} more seats: 15 of 31 days are charged at once`)
  await books.moveTo(SEATS_ADDED)
  await setUp.addSeats(client, signed)
  await books.showInvoice('Seats added', scheduled, expectedAddition())

  print(`8  The draft, with a week to come`)
  await books.deliver(deliveries.filter(({ clock }) => clock <= LOOK))
  const usage = { type: 'USAGE', sort: 'date_asc' } as const
  await books.showInvoice('March so far', usage, expectedUsage(books.events()))
  await books.deliver(deliveries.filter(({ clock }) => clock > LOOK))

  print(`9  The clock moves on to ${FINAL}: the invoice is final, with the seats of April`)
  await books.moveTo(FINAL)
  const billed = { ...usage, status: 'FINALIZED' }
  const final = await books.showInvoice('March', billed, expectedUsage(books.events()))
  const { model, region } = DISCOUNT
  print(`10 Why the ${model} model in "${region}" costs what it does\n`)
  const invoice = { customerId: customer.id, id: final?.id ?? '' }
  const explanation = await explainLine(client, invoice, { model, region })
  if (explanation === null) books.check('explanation', ['there is none'])
  else {
    print(`${formatExplanation(explanation)}\n`)
    const expected = expectedExplanation(books.events())
    books.check('explanation', compareExplanation(explanation, expected))
  }
  const result = books.result()
  if (result.differences.length === 0) {
    print(`   All ${result.lines} lines are what the script adds up from events and terms itself.`)
  }
  print(`   The sandbox stays; its token is ${sandbox.token}`)
  return result
}
