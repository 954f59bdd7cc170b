import { env } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/d1'
import { expect, test } from 'vitest'
import { listCustomers, type CustomerFilter } from '../../src/db/customers.ts'
import type { Env } from '../../src/env.ts'

const { DB } = env as unknown as Env

/** How the database finds the customers that fit, in its own words. */
async function planOf(filter: Partial<CustomerFilter>): Promise<string> {
  const asked: { query: string; params: unknown[] }[] = []
  const logger = {
    logQuery: (query: string, params: unknown[]) => void asked.push({ query, params }),
  }
  const db = drizzle(DB, { logger })
  await listCustomers(db, 'environment', { onlyArchived: false, ...filter }, null, 10)
  const { query, params } = asked[0]!
  const plan = DB.prepare(`EXPLAIN QUERY PLAN ${query}`).bind(...params)
  const { results } = await plan.all<{ detail: string }>()
  return results.map(({ detail }) => detail).join('; ')
}

test('customers are listed in the order of an index, and found by id and alias without reading others', async () => {
  const all = await planOf({})
  expect(all).toContain('USING INDEX customers_environment')
  expect(all).not.toContain('TEMP B-TREE')
  for (const filter of [{ ingestAlias: 'acme' }, { customerIds: ['an id'] }]) {
    const plan = await planOf(filter)
    expect(plan).toContain('SEARCH customers USING INDEX sqlite_autoindex_customers_1 (id=?)')
    expect(plan).not.toContain('customers_environment')
  }
  expect(await planOf({ ingestAlias: 'acme' })).toContain(
    'SEARCH ingest_ids USING INDEX sqlite_autoindex_ingest_ids_1 (environment_id=? AND ingest_id=?)',
  )
})
