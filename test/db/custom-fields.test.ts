import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { ContractTerms } from '../../src/core/contracts/contract.ts'
import type { FieldHolder } from '../../src/core/custom-fields/check-fields.ts'
import type { FieldEntity } from '../../src/core/custom-fields/field-key.ts'
import type { BalanceTerms, BalanceType } from '../../src/core/ledger/balance.ts'
import { deleteFieldKey, insertFieldKey } from '../../src/db/custom-field-keys.ts'
import { findFieldPlace } from '../../src/db/custom-field-values.ts'
import { customFieldWrites, writeWithFields } from '../../src/db/custom-fields.ts'
import { uniqueFieldValues } from '../../src/db/custom-field-schema.ts'
import { commits, contracts, packages } from '../../src/db/schema.ts'
import { setFieldValues } from '../../src/actions/custom-fields.ts'
import { accountOf } from '../../src/objects/account.ts'
import { addContract, bindings, createBilling, db, type Billing } from '../support/billing.ts'
import { at } from '../support/terms.ts'

function addKey(environmentId: string, entity: FieldEntity, key: string, isUnique = false) {
  return insertFieldKey(db, environmentId, { entity, key, enforceUniqueness: isUnique }, 0)
}

function customer(entityId: string, fields: Record<string, string>): FieldHolder {
  return { entity: 'customer', entityId, fields, field: 'custom_fields' }
}

/** A contract that has these lists of terms. */
async function contractWith(billing: Billing, lists: Record<string, unknown>): Promise<string> {
  const id = await addContract(billing)
  const terms = { ...(await termsOf(id)), ...lists }
  await db.update(contracts).set({ terms }).where(eq(contracts.id, id))
  return id
}

async function termsOf(id: string): Promise<ContractTerms> {
  const row = await db.select().from(contracts).where(eq(contracts.id, id)).get()
  return row!.terms
}

test('a batch fails whole when a key is removed, or a value taken, after the check', async () => {
  const { environmentId } = await createBilling()
  await addKey(environmentId, 'customer', 'crm', true)
  const checked = await customFieldWrites(db, environmentId, [customer('a', { crm: '1' })])
  const late = await customFieldWrites(db, environmentId, [customer('b', { crm: '1' })])
  if (!checked.ok || !late.ok) throw new Error('both were free')
  await db.batch([checked.value[0]!])
  await expect(db.batch([late.value[0]!])).rejects.toThrow('unique_field_values')
  await deleteFieldKey(db, environmentId, 'customer', 'crm')
  await expect(db.batch([checked.value[0]!])).rejects.toThrow('unique_field_values')
  const rows = await db
    .select()
    .from(uniqueFieldValues)
    .where(eq(uniqueFieldValues.environmentId, environmentId))
  expect(rows).toEqual([])
})

test('a lost race is told by field, as if it had been lost before', async () => {
  const { environmentId } = await createBilling()
  await addKey(environmentId, 'customer', 'crm', true)
  const write = await writeWithFields(
    db,
    environmentId,
    [customer('b', { crm: '1' })],
    async (late) => {
      const first = await customFieldWrites(db, environmentId, [customer('a', { crm: '1' })])
      if (first.ok) await db.batch([first.value[0]!])
      await db.batch([late[0]!])
    },
  )
  expect(write).toEqual({
    ok: false,
    error: {
      code: 'conflict',
      message: 'custom_fields.crm: the value must be unique, and customer a has it already',
    },
  })
  const removed = await writeWithFields(
    db,
    environmentId,
    [customer('b', { crm: '2' })],
    async (late) => {
      await deleteFieldKey(db, environmentId, 'customer', 'crm')
      await db.batch([late[0]!])
    },
  )
  expect(removed).toMatchObject({ ok: false, error: { code: 'invalid' } })
})

test('objects without fields cost no statement', async () => {
  expect(await customFieldWrites(db, 'none', [customer('a', {})])).toEqual({ ok: true, value: [] })
})

test('terms of a contract are found by their ids, and their fields are set and deleted', async () => {
  const billing = await createBilling()
  const { environmentId, customerId } = billing
  const charge = crypto.randomUUID()
  const seats = crypto.randomUUID()
  const credit = crypto.randomUUID()
  const lists = {
    scheduledCharges: [
      { id: crypto.randomUUID(), customFields: {} },
      { id: charge, name: 'é"\\' },
    ],
    subscriptions: [{ id: seats, quantities: [{ at: 1, quantity: '1.50' }], customFields: {} }],
    recurringBalances: [
      { id: credit, type: 'CREDIT', customFields: { old: 'v' } },
      { id: crypto.randomUUID(), type: 'PREPAID', customFields: { old: 'v' } },
    ],
  }
  const contractId = await contractWith(billing, lists)
  const before = await termsOf(contractId)
  const places = [
    ['scheduled_charge', charge],
    ['subscription', seats],
    ['contract_credit', credit],
  ] as const
  for (const [entity, id] of places) {
    expect(await findFieldPlace(db, environmentId, entity, id)).toEqual({
      kind: 'contract-term',
      ownerId: contractId,
      customerId,
    })
    await addKey(environmentId, entity, 'erp')
    const object = { entity, entityId: id }
    const set = await setFieldValues(bindings, environmentId, object, { erp: '7' }, 0)
    expect(set).toEqual({ ok: true, value: null })
  }
  expect(await findFieldPlace(db, environmentId, 'commit', credit)).toBe(null)
  expect(await termsOf(contractId)).toEqual({
    ...before,
    scheduledCharges: [
      lists.scheduledCharges[0],
      { ...lists.scheduledCharges[1], customFields: { erp: '7' } },
    ],
    subscriptions: [{ ...lists.subscriptions[0], customFields: { erp: '7' } }],
    recurringBalances: [
      { ...lists.recurringBalances[0], customFields: { old: 'v', erp: '7' } },
      lists.recurringBalances[1],
    ],
  })
  await addKey(environmentId, 'contract_credit', 'old')
  await deleteFieldKey(db, environmentId, 'contract_credit', 'old')
  expect((await termsOf(contractId)).recurringBalances).toEqual([
    { ...lists.recurringBalances[0], customFields: { erp: '7' } },
    lists.recurringBalances[1],
  ])
})

test('a value of a term is unique among the terms of all contracts, and an edit keeps it', async () => {
  const billing = await createBilling()
  const { environmentId, customerId } = billing
  await addKey(environmentId, 'professional_service', 'erp', true)
  const ids = [crypto.randomUUID(), crypto.randomUUID()] as const
  const contractIds = [
    await contractWith(billing, { professionalServices: [{ id: ids[0], customFields: {} }] }),
    await contractWith(billing, { professionalServices: [{ id: ids[1], customFields: {} }] }),
  ] as const
  const set = (id: string, erp: string) =>
    setFieldValues(
      bindings,
      environmentId,
      { entity: 'professional_service', entityId: id },
      { erp },
      0,
    )
  const outcomes = await Promise.all(ids.map((id) => set(id, '1')))
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
  const winner = outcomes[0]?.ok ? 0 : 1
  const edited = await accountOf(bindings, environmentId, customerId).editContract({
    environmentId,
    customerId,
    now: at('2026-01-02'),
    input: {
      id: crypto.randomUUID(),
      customerId,
      contractId: contractIds[winner],
      fields: {
        endingBefore: 'update_contract_end_date',
        overrides: 'add_overrides',
        prefix: 'add_',
      },
      endingBefore: at('2027-01-01'),
      createdBy: 'test',
    },
  })
  expect(edited.ok).toBe(true)
  expect((await termsOf(contractIds[winner])).professionalServices).toEqual([
    { id: ids[winner], customFields: { erp: '1' } },
  ])
  expect((await set(ids[1 - winner]!, '1')).ok).toBe(false)
})

test('terms of a package are found by their ids, and change in the package', async () => {
  const { environmentId } = await createBilling()
  const termId = crypto.randomUUID()
  const id = crypto.randomUUID()
  const terms = {
    usageStatementSchedule: { frequency: 'MONTHLY' as const, day: 'FIRST_OF_MONTH' as const },
    subscriptions: [
      {
        id: termId,
        productId: 'product',
        billingFrequency: 'MONTHLY' as const,
        collectionSchedule: 'ADVANCE' as const,
        proration: {},
        customFields: { a: '1' },
      },
    ],
  }
  await db
    .insert(packages)
    .values({ id, environmentId, name: 'Starter', terms, createdAt: 0, createdBy: 'test' })
  await addKey(environmentId, 'package_subscription', 'tier')
  const object = { entity: 'package_subscription' as const, entityId: termId }
  expect(await setFieldValues(bindings, environmentId, object, { tier: 'gold' }, 0)).toEqual({
    ok: true,
    value: null,
  })
  const row = await db.select().from(packages).where(eq(packages.id, id)).get()
  expect(row?.terms).toEqual({
    ...terms,
    subscriptions: [{ ...terms.subscriptions[0], customFields: { a: '1', tier: 'gold' } }],
  })
})

test('commits and credits have fields of their own entities', async () => {
  const { environmentId, customerId } = await createBilling()
  const [prepaid, postpaid, credit] = ['PREPAID', 'POSTPAID', 'CREDIT'].map((type) => ({
    id: crypto.randomUUID(),
    environmentId,
    customerId,
    type: type as BalanceType,
    terms: {} as BalanceTerms,
    customFields: { a: type },
    createdAt: 0,
    createdBy: 'test',
  }))
  await db.insert(commits).values([prepaid!, postpaid!, credit!])
  await addKey(environmentId, 'commit', 'a', true)
  await addKey(environmentId, 'contract_credit', 'a', true)
  const set = (entity: FieldEntity, { id }: { id: string }) =>
    setFieldValues(bindings, environmentId, { entity, entityId: id }, { a: '1' }, 0)
  expect((await set('commit', prepaid!)).ok).toBe(true)
  expect((await set('contract_credit', credit!)).ok).toBe(true)
  expect(await set('commit', postpaid!)).toMatchObject({ error: { code: 'conflict' } })
  expect(await set('commit', credit!)).toMatchObject({ error: { code: 'not_found' } })
  expect(await set('contract_credit', prepaid!)).toMatchObject({ error: { code: 'not_found' } })
  await deleteFieldKey(db, environmentId, 'commit', 'a')
  const rows = await db.select().from(commits).where(eq(commits.environmentId, environmentId))
  expect(new Map(rows.map(({ type, customFields }) => [type, customFields]))).toEqual(
    new Map([
      ['PREPAID', {}],
      ['POSTPAID', {}],
      ['CREDIT', { a: '1' }],
    ]),
  )
})
