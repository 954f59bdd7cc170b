import type Metronome from '@metronome/sdk'
import type { InvoiceListParams } from '@metronome/sdk/resources/v1/customers/invoices'
import { formatAmount } from './amount.ts'
import type { Line } from './expected-lines.ts'
import type { Delivery, UsageEvent } from './generate-events.ts'
import {
  compareInvoice,
  formatInvoice,
  readInvoicesAsShown,
  type ReadInvoice,
} from './read-invoice.ts'
import { advanceClock } from './sandbox.ts'
import type { ScenarioResult } from './scenario.ts'
import { sendDeliveries } from './send-deliveries.ts'

/** What was sent for a customer, what was billed, and where the script's own sums differ. */
export interface Books {
  /** Where the sandbox's clock stands. */
  now: () => string
  /** All events that have been sent. */
  events: () => UsageEvent[]
  /** Sends what arrives, the clock moving along. */
  deliver: (deliveries: Delivery[]) => Promise<void>
  moveTo: (now: string) => Promise<void>
  /** Prints the first invoice that is asked for, and compares every line with what it should be. */
  showInvoice: (
    what: string,
    query: Omit<InvoiceListParams, 'customer_id'>,
    expected: Line[],
  ) => Promise<ReadInvoice | null>
  /** Notes and prints what differs. */
  check: (what: string, found: string[]) => void
  result: () => ScenarioResult
}

export function keepBooks(
  client: Metronome,
  customer: { id: string; start: string },
  print: (text: string) => void,
): Books {
  const sent: UsageEvent[] = []
  const result: ScenarioResult = {
    accepted: 0,
    duplicates: 0,
    refused: 0,
    totals: {},
    lines: 0,
    differences: [],
  }
  let clock = customer.start

  const check = (what: string, found: string[]) => {
    result.differences.push(...found.map((difference) => `${what}: ${difference}`))
    for (const difference of found) print(`   DIFFERENT: ${difference}`)
  }
  return {
    now: () => clock,
    events: () => sent,
    deliver: async (deliveries) => {
      const report = await sendDeliveries(client, deliveries, print, async () => {})
      result.accepted += report.accepted
      result.duplicates += report.duplicates
      result.refused += report.refused
      sent.push(...deliveries.flatMap(({ events }) => events.map(({ event }) => event)))
      clock = deliveries.at(-1)?.clock ?? clock
    },
    moveTo: async (now) => {
      await advanceClock(client, now)
      clock = now
    },
    showInvoice: async (what, query, expected) => {
      const asked = { customer_id: customer.id, ...query }
      const [invoice] = await readInvoicesAsShown(client, asked)
      if (invoice === undefined) {
        check(what, ['there is no such invoice'])
        return null
      }
      print(`\n   ${what}: ${invoice.type}, ${invoice.status}\n\n${formatInvoice(invoice)}\n`)
      check(what, compareInvoice(invoice, expected))
      result.lines += invoice.lines.length
      result.totals[what] = formatAmount(invoice.total)
      return invoice
    },
    check,
    result: () => result,
  }
}
