import { DatabaseSync } from 'node:sqlite'
import { findDatabase, idOf } from './shared-database.ts'

/** Each customer has so many final invoices. */
const INVOICES_EACH = 10
const MONTH_MS = 2_629_800_000
const FIRST_MS = Date.UTC(2020, 0, 1)
const UNIT = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const FIRST_WORDS = ['North', 'Blue', 'Silver', 'Quiet', 'Rapid', 'Golden', 'Iron', 'Solar']
const LAST_WORDS = ['Robotics', 'Health', 'Games', 'Studio', 'Foods', 'Mining', 'Airlines']

/** What the names of the pages' questions are found by. */
export const aliasOf = (customer: number) => `customer-${String(customer).padStart(6, '0')}`
export const nameOf = (customer: number) =>
  `${FIRST_WORDS[customer % 8]} ${LAST_WORDS[customer % 7]} ${customer}`

/**
 * Writes so many customers straight into the database of a server that does not run, each with an
 * alias, a contract like the only one that is there, and invoices in the index.
 */
export function fillCustomers(state: string, count: number): void {
  const database = new DatabaseSync(findDatabase(state))
  database.exec('PRAGMA synchronous = OFF')
  const like = database.prepare('SELECT * FROM contracts LIMIT 1').get() as Record<string, string>
  const into = (table: string, columns: string) => {
    const places = columns.replaceAll(/\w+/g, '?')
    return database.prepare(`INSERT INTO ${table} (${columns}) VALUES (${places})`)
  }
  const customer = into('customers', 'id, environment_id, name, created_at, updated_at')
  const alias = into('ingest_ids', 'environment_id, ingest_id, customer_id, kind, ordinal, version')
  const contract = into('contracts', Object.keys(like).join(', '))
  const invoice = into(
    'invoices',
    'id, environment_id, customer_id, contract_id, type, status, period_start, period_end, issued_at, finalized_at, credit_type_id, total',
  )
  const environment = like['environment_id'] ?? ''
  database.exec('BEGIN')
  for (let i = 0; i < count; i++) {
    const [customerId, contractId] = [idOf(i, 2), idOf(i, 3)]
    customer.run(customerId, environment, nameOf(i), FIRST_MS + i * 1_000, FIRST_MS)
    alias.run(environment, customerId, customerId, 'customer', 0, 1)
    alias.run(environment, aliasOf(i), customerId, 'alias', 0, 1)
    const own = { ...like, id: contractId, customer_id: customerId, uniqueness_key: null }
    contract.run(...Object.values(own))
    for (let month = 0; month < INVOICES_EACH; month++) {
      const endMs = FIRST_MS + month * MONTH_MS + i
      const ids = [idOf(i * INVOICES_EACH + month, 1), environment, customerId, contractId]
      const times = [endMs - MONTH_MS, endMs, endMs, endMs]
      invoice.run(...ids, 'USAGE', 'FINALIZED', ...times, UNIT, String((i * 7919) % 100_000))
    }
  }
  database.exec('COMMIT')
  database.close()
}
