import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/db/database.ts'
import { loadHolderChanges, loadMetricChanges } from '../../src/db/meter-config.ts'
import { billableMetrics, ingestIds } from '../../src/db/schema.ts'

const db = openDatabase((env as unknown as { DB: D1Database }).DB)

async function listAll<T>(pages: AsyncGenerator<T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const page of pages) items.push(...page)
  return items
}

async function insertIds(environmentId: string, from: number, to: number, version: number) {
  const rows = Array.from({ length: to - from }, (_, i) => ({
    environmentId,
    ingestId: `id ${from + i}`,
    customerId: i % 2 === 0 ? 'C' : null,
    kind: 'alias' as const,
    ordinal: 0,
    version,
  }))
  for (let i = 0; i < rows.length; i += 15) await db.insert(ingestIds).values(rows.slice(i, i + 15))
}

test('all ingest ids that changed after a version are loaded, over pages, of one environment', async () => {
  const [environmentId, other] = [crypto.randomUUID(), crypto.randomUUID()]
  await insertIds(environmentId, 0, 30, 1)
  await insertIds(environmentId, 30, 2_130, 2)
  await insertIds(environmentId, 2_130, 2_145, 3)
  await insertIds(other, 0, 15, 3)
  const changes = await listAll(loadHolderChanges(db, environmentId, 1))
  const ids = changes.map(({ ingestId }) => ingestId)
  expect(new Set(ids).size).toBe(2_115)
  expect(ids).toHaveLength(2_115)
  expect(ids.slice(-1)[0]).toBe('id 2144')
  expect(changes.filter(({ customerId }) => customerId === null).length).toBeGreaterThan(1_000)
  expect(await listAll(loadHolderChanges(db, environmentId, 3))).toEqual([])
  expect(await listAll(loadHolderChanges(db, environmentId, 0))).toHaveLength(2_145)
})

test('metrics that changed come with their definition, archived ones too', async () => {
  const environmentId = crypto.randomUUID()
  const definition = { aggregationType: 'COUNT' as const, propertyFilters: [], groupKeys: [['a']] }
  const row = { environmentId, name: 'Calls', definition, createdAt: 1 }
  const [first, second] = ['a', 'b'].map((end) => `${environmentId}${end}`)
  await db.insert(billableMetrics).values([
    { ...row, id: first!, version: 4 },
    { ...row, id: second!, version: 7, archivedAt: 9 },
  ])
  expect(await listAll(loadMetricChanges(db, environmentId, 4))).toEqual([
    { metric: { ...definition, id: second, name: 'Calls' }, version: 7 },
  ])
  expect(await listAll(loadMetricChanges(db, environmentId, 0))).toHaveLength(2)
})
