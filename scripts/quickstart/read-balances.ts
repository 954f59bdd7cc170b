import type Metronome from '@metronome/sdk'
import { addAmounts, formatAmount, parseAmount, type Amount } from './amount.ts'
import { formatTable, parseKeepingDigits } from './read-invoice.ts'

/** A commit or credit, and all that happened to it. */
export interface ReadBalance {
  name: string
  balance: Amount
  ledger: LedgerEntry[]
}

export interface LedgerEntry {
  at: string
  type: string
  amount: Amount
}

interface ApiBalance {
  name: string
  balance: string
  ledger: { timestamp: string; type: string; amount: string }[]
}

/** All commits and credits of a customer, by their names and then by when they begin. */
export async function readBalances(client: Metronome, customerId: string): Promise<ReadBalance[]> {
  const response = await client.v1.contracts
    .listBalances({
      customer_id: customerId,
      include_contract_balances: true,
      include_balance: true,
      include_ledgers: true,
    })
    .asResponse()
  const { data } = parseKeepingDigits(await response.text()) as { data: ApiBalance[] }
  const balances = data.map(({ name, balance, ledger }) => ({
    name,
    balance: parseAmount(balance),
    ledger: ledger.map(({ timestamp, type, amount }) => ({
      at: timestamp.replace('.000Z', 'Z'),
      type,
      amount: parseAmount(amount),
    })),
  }))
  return balances.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function keyOf({ name, ledger }: ReadBalance): string {
  return `${name}\n${ledger[0]?.at}`
}

/** What can be used of all commits and credits together. */
export async function readNetBalance(client: Metronome, customerId: string): Promise<Amount> {
  const response = await client.v1.contracts.getNetBalance({ customer_id: customerId }).asResponse()
  const { data } = parseKeepingDigits(await response.text()) as { data: { balance: string } }
  return parseAmount(data.balance)
}

/** Every way in which the balances are not what they should be. */
export function compareBalances(shown: ReadBalance[], expected: ReadBalance[]): string[] {
  const [got, wanted] = [shown, expected].map((balances) => balances.map(describe))
  return [
    ...(got ?? []).filter((text) => !wanted?.includes(text)).map((text) => `unexpected: ${text}`),
    ...(wanted ?? []).filter((text) => !got?.includes(text)).map((text) => `missing: ${text}`),
    ...shown
      .filter(({ balance, ledger }) => balance !== addAmounts(ledger.map(({ amount }) => amount)))
      .map(({ name }) => `the ledger of ${name} does not add up to its balance`),
  ]
}

function describe({ name, balance, ledger }: ReadBalance): string {
  const entries = ledger.map(({ at, type, amount }) => `${at} ${type} ${formatAmount(amount)}`)
  return `${name} ${formatAmount(balance)}: ${entries.join(', ')}`
}

/** The ledgers as a table, each with what is left. */
export function formatBalances(balances: ReadBalance[]): string {
  const rows = balances.flatMap(({ name, balance, ledger }) => [
    ...ledger.map(({ at, type, amount }, i) => [
      i === 0 ? name : '',
      at.slice(0, 10),
      type,
      formatAmount(amount),
    ]),
    ['', '', 'left', formatAmount(balance)],
  ])
  return formatTable([['Commit or credit', 'On', 'Entry', 'Amount, ¢'], ...rows], 3)
}
