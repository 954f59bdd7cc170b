import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createPackage } from '../../src/actions/packages.ts'
import { openDatabase } from '../../src/db/database.ts'
import { environments } from '../../src/db/schema.ts'
import {
  findPackage,
  insertPackage,
  listPackages,
  loadPackageHolders,
} from '../../src/db/packages.ts'
import type { Env } from '../../src/env.ts'
import { packaged } from '../support/terms.ts'

const db = openDatabase((env as unknown as Env).DB)
const STARTER = { name: 'starter', startingAt: null, endingBefore: null }

function starter() {
  return packaged({ id: crypto.randomUUID(), rateCardId: null, aliases: [STARTER] })
}

test('a package that takes an alias is not written once another one took it meanwhile', async () => {
  const environmentId = crypto.randomUUID()
  const [first, second] = [starter(), starter()]
  const before = await loadPackageHolders(db, environmentId, ['starter'])
  expect(before.holders).toEqual([])
  expect(await insertPackage(db, environmentId, first, before, [])).toBe(true)
  expect(await insertPackage(db, environmentId, second, before, [])).toBe(false)
  expect(await findPackage(db, environmentId, second.id)).toBe(null)
  const after = await loadPackageHolders(db, environmentId, ['starter'])
  expect(after.holders).toEqual([first])
  const released = [{ ...first, aliases: [] }]
  expect(await insertPackage(db, environmentId, second, after, released)).toBe(true)
  expect((await findPackage(db, environmentId, first.id))?.aliases).toEqual([])
})

test('of packages that take an alias at the same time, one has it in the end', async () => {
  const environmentId = await createEnvironment()
  const made = await Promise.all(
    [starter(), starter(), starter()].map((pack) => createPackage(db, environmentId, pack)),
  )
  expect(made.map(({ ok }) => ok)).toEqual([true, true, true])
  const packages = await listPackages(db, environmentId, { archive: 'ALL' }, null, 10)
  expect(packages.filter(({ aliases }) => aliases.length > 0)).toHaveLength(1)
})

test('of packages with one uniqueness key that come at the same time, one is made', async () => {
  const environmentId = await createEnvironment()
  const made = await Promise.all(
    [starter(), starter(), starter()].map((pack) =>
      createPackage(db, environmentId, { ...pack, uniquenessKey: 'once' }),
    ),
  )
  const refused = made.flatMap((result) => (result.ok ? [] : result.error.code))
  expect(refused).toEqual(['conflict', 'conflict'])
  expect(await listPackages(db, environmentId, { archive: 'ALL' }, null, 10)).toHaveLength(1)
})

test('a package that exists already, under the same id, is answered and not made again', async () => {
  const environmentId = await createEnvironment()
  const pack = { ...starter(), uniquenessKey: 'once' }
  const answer = { ok: true, value: { id: pack.id } }
  expect(await createPackage(db, environmentId, pack)).toEqual(answer)
  expect(await createPackage(db, environmentId, pack)).toEqual(answer)
})

async function createEnvironment(): Promise<string> {
  const id = crypto.randomUUID()
  await db.insert(environments).values({ id, kind: 'PRODUCTION', name: 'test', createdAt: 0 })
  return id
}
