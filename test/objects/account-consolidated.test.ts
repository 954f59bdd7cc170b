import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { finalizeDue } from '../../src/actions/finalize-due.ts'
import type { Hierarchy } from '../../src/core/contracts/hierarchy.ts'
import { USD } from '../../src/core/currency.ts'
import { consolidatedInvoiceId } from '../../src/core/invoices/consolidated-invoice.ts'
import { dueStatement } from '../../src/core/invoices/due-invoice.ts'
import { regeneratedInvoiceId } from '../../src/core/invoices/regenerated-invoice.ts'
import { usageInvoiceId } from '../../src/core/invoices/usage-invoice.ts'
import { DAY_MS } from '../../src/core/time.ts'
import type { AccountObject } from '../../src/objects/account.ts'
import { finalizeConsolidated } from '../../src/objects/account-consolidated.ts'
import { voidCustomerInvoice } from '../../src/objects/account-corrections.ts'
import type { Account } from '../../src/objects/account-invoices.ts'
import {
  account,
  addContract,
  addCustomer,
  addRate,
  bindings,
  createBilling,
  db,
  ingest,
  readDueRows,
  readIndex,
  readInvoices,
  type Billing,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

const JAN = at('2026-01-01')
const NOW = at('2026-02-10')

/** A parent that used 100 in January, and two contracts below it that used 200 and 300. */
async function signUp() {
  const parent = await createBilling()
  await addRate(parent, { price: '100' })
  const concatenate: Hierarchy = { consolidation: 'CONCATENATE' }
  const parentId = await addContract(parent, { hierarchy: concatenate })
  const children: { billing: Billing; contractId: string }[] = []
  for (let i = 0; i < 2; i += 1) {
    const billing = { ...parent, customerId: await addCustomer(parent.environmentId) }
    const above = { contractId: parentId, customerId: parent.customerId }
    const contractId = await addContract(billing, {
      hierarchy: { parent: above, payer: 'PARENT', statements: 'CONSOLIDATE' },
    })
    children.push({ billing, contractId })
  }
  const [one, two] = children
  await ingest(parent, [{ at: '2026-01-10' }])
  await ingest(one!.billing, [{ at: '2026-01-10' }, { at: '2026-01-11' }])
  await ingest(two!.billing, [{ at: '2026-01-10' }, { at: '2026-01-11' }, { at: '2026-01-12' }])
  return { parent, parentId, one: one!, two: two!, id: consolidatedInvoiceId(parentId, JAN) }
}

type Setup = Awaited<ReturnType<typeof signUp>>

function callOf({ environmentId, customerId }: Billing) {
  return { environmentId, customerId, now: NOW }
}

/** Makes the invoice of January final, as its due row would. */
async function finalize(billing: Billing, contractId: string): Promise<void> {
  const period = { startMs: JAN, endMs: at('2026-02-01') }
  const unit = dueStatement({ id: contractId, customerId: billing.customerId }, period, DAY_MS)
  const noted = { attempts: 0, lastError: null, environmentId: billing.environmentId }
  await finalizeDue(bindings, { ...unit, ...noted }, NOW)
}

async function finalizeAll({ parent, parentId, one, two }: Setup): Promise<void> {
  await finalize(one.billing, one.contractId)
  await finalize(parent, parentId)
  await finalize(two.billing, two.contractId)
}

/** Does what is due of the consolidated invoices. */
async function consolidate({ parent }: Setup): Promise<void> {
  const units = await readDueRows(parent)
  for (const unit of units.filter(({ kind }) => kind === 'finalize-consolidated-invoices')) {
    await finalizeDue(bindings, unit, NOW)
  }
}

/** The parent's consolidated invoices of January, as texts: `FINALIZED 600`. */
async function consolidated({ parent }: Setup): Promise<string[]> {
  const invoices = await readInvoices(parent, NOW, { type: 'USAGE_CONSOLIDATED' })
  return invoices
    .filter(({ startingAt }) => startingAt === JAN)
    .map(({ status, total }) => `${status} ${total}`)
    .toSorted()
}

async function indexed({ parent, id }: Setup) {
  return (await readIndex(parent)).find((row) => row.id === id)?.status
}

function invoiceOf({ billing, contractId }: Setup['one']) {
  return { ...callOf(billing), invoiceId: usageInvoiceId(contractId, JAN) }
}

test('it is a draft while any constituent is, and final once when all of them are', async () => {
  const setup = await signUp()
  const { parent, parentId, one, two, id } = setup
  expect(await consolidated(setup)).toEqual(['DRAFT 600'])
  await finalize(two.billing, two.contractId)
  await finalize(parent, parentId)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['DRAFT 600'])
  expect(await indexed(setup)).toBeUndefined()
  await finalize(one.billing, one.contractId)
  await consolidate(setup)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 600'])
  expect(await indexed(setup)).toBe('FINALIZED')
  const found = await account(parent).getInvoice({ ...callOf(parent), invoiceId: id })
  if (!found.ok) throw new Error(found.error.message)
  expect(found.value.constituents).toMatchObject(
    [{ billing: parent, contractId: parentId }, one, two].map(({ billing, contractId }) => ({
      invoiceId: usageInvoiceId(contractId, JAN),
      contractId,
      customerId: billing.customerId,
    })),
  )
  expect(found.value.lines.map(({ total, origin }) => [total, origin?.contractId])).toEqual([
    ['100', parentId],
    ['200', one.contractId],
    ['300', two.contractId],
  ])
})

test('usage invoices say who pays: the parent, or with SELF the child itself', async () => {
  const setup = await signUp()
  const { parent, parentId, one } = setup
  const payer = { contractId: parentId, customerId: parent.customerId }
  const self = { ...parent, customerId: await addCustomer(parent.environmentId) }
  const selfId = await addContract(self, { hierarchy: { parent: payer } })
  await finalize(one.billing, one.contractId)
  const [ofParent] = await readInvoices(parent, NOW)
  const [ofChild] = await readInvoices(one.billing, NOW)
  const [ofSelf] = await readInvoices(self, NOW)
  expect(ofChild).toMatchObject({ status: 'FINALIZED', payer })
  expect(ofParent).toMatchObject({ payer })
  expect(ofSelf).toMatchObject({ payer: { contractId: selfId, customerId: self.customerId } })
})

test('a statement that is issued on another day is left out, and is waited for no more', async () => {
  const setup = await signUp()
  const { parent, parentId, one, two } = setup
  await finalize(parent, parentId)
  await finalize(one.billing, one.contractId)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['DRAFT 600'])
  const date = { ...invoiceOf(two), issuedAt: at('2026-02-20') }
  expect(await account(two.billing).updateIssueDate(date)).toMatchObject({ ok: true })
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 300'])
})

test('a contract that is archived is waited for no more', async () => {
  const setup = await signUp()
  const { parent, parentId, one, two } = setup
  await finalize(parent, parentId)
  await finalize(one.billing, one.contractId)
  const archive = { ...callOf(two.billing), contractId: two.contractId, isVoiding: true }
  await account(two.billing).archiveContract(archive)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 300'])
})

test('what is due is restored, should it have been lost', async () => {
  const setup = await signUp()
  const { parent, parentId } = setup
  await finalizeAll(setup)
  const restore = { ...callOf(parent), contractId: parentId }
  expect(await account(parent).restoreDue(restore)).toBe(true)
  expect(await consolidated(setup)).toEqual(['FINALIZED 600'])
  expect(await account(parent).restoreDue(restore)).toBe(false)
})

test('an edit of the contract leaves what is due', async () => {
  const setup = await signUp()
  const { parent, parentId } = setup
  await finalizeAll(setup)
  const names = { endingBefore: 'update_contract_end_date', overrides: 'add_overrides' }
  const edited = await account(parent).editContract({
    ...callOf(parent),
    input: {
      id: crypto.randomUUID(),
      customerId: parent.customerId,
      contractId: parentId,
      createdBy: 'test',
      fields: { ...names, prefix: 'add_' },
      endingBefore: at('2027-01-01'),
    },
  })
  expect(edited).toMatchObject({ ok: true })
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 600'])
})

test('it is final with a historical invoice, too, when that is the last of its constituents', async () => {
  const setup = await signUp()
  const { parent, parentId, one, two } = setup
  await finalize(one.billing, one.contractId)
  await finalize(two.billing, two.contractId)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['DRAFT 600'])
  const period = { startMs: JAN, endMs: at('2026-02-01') }
  const made = await account(parent).createHistoricalInvoices({
    ...callOf(parent),
    isPreview: false,
    invoices: [
      {
        id: crypto.randomUUID(),
        contractId: parentId,
        creditTypeId: USD.id,
        ...period,
        issuedAt: at('2026-02-02'),
        lines: [{ ...period, productId: parent.productId, quantity: '4' }],
        customFields: {},
        field: 'invoices[0]',
      },
    ],
  })
  expect(made.ok).toBe(true)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 900'])
})

test('a historical invoice of a child is issued on the day of the statement that it is joined with', async () => {
  const setup = await signUp()
  const { parent, parentId, one, two } = setup
  await finalize(parent, parentId)
  await finalize(two.billing, two.contractId)
  const period = { startMs: JAN, endMs: at('2026-02-01') }
  const make = (issuedAt: number) =>
    account(one.billing).createHistoricalInvoices({
      ...callOf(one.billing),
      isPreview: false,
      invoices: [
        {
          id: crypto.randomUUID(),
          contractId: one.contractId,
          creditTypeId: USD.id,
          ...period,
          issuedAt,
          lines: [{ ...period, productId: parent.productId, quantity: '4' }],
          customFields: {},
          field: 'invoices[0]',
        },
      ],
    })
  const message = expect.stringContaining('invoices[0].issue_date: expected 2026-02-02, the day')
  expect(await make(at('2026-02-01'))).toMatchObject({ error: { code: 'invalid', message } })
  expect((await make(at('2026-02-02T09'))).ok).toBe(true)
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 800'])
})

test('a void constituent makes it void, and it is regenerated from those that there are', async () => {
  const setup = await signUp()
  const { parent, one, id } = setup
  await finalizeAll(setup)
  await consolidate(setup)
  expect(await account(one.billing).voidInvoice(invoiceOf(one))).toMatchObject({ ok: true })
  expect(await consolidated(setup)).toEqual(['VOID 600'])
  expect(await indexed(setup)).toBe('VOID')
  const regenerate = { ...callOf(parent), invoiceId: id }
  const again = { ok: true, value: regeneratedInvoiceId(id) }
  expect(await account(parent).regenerateInvoice(regenerate)).toEqual(again)
  expect(await consolidated(setup)).toEqual(['FINALIZED 400', 'VOID 600'])
  expect(await account(one.billing).regenerateInvoice(invoiceOf(one))).toMatchObject({ ok: true })
  const voidAgain = { ...callOf(parent), invoiceId: again.value }
  expect(await account(parent).voidInvoice(voidAgain)).toMatchObject({ ok: true })
  expect(await account(parent).regenerateInvoice(voidAgain)).toMatchObject({ ok: true })
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['FINALIZED 600', 'VOID 400', 'VOID 600'])
})

test('a void consolidated invoice leaves those that it joins', async () => {
  const setup = await signUp()
  const { parent, one, id } = setup
  await finalizeAll(setup)
  await consolidate(setup)
  expect(await account(parent).voidInvoice({ ...callOf(parent), invoiceId: id })).toMatchObject({
    ok: true,
  })
  await consolidate(setup)
  expect(await consolidated(setup)).toEqual(['VOID 600'])
  const [own] = await readInvoices(one.billing, NOW)
  expect(own).toMatchObject({ status: 'FINALIZED', total: '200' })
})

type Called = 'listStatements' | 'getInvoice' | 'voidConsolidated' | 'voidSharedDraws'

/** The shared database, which fails once a consolidated invoice is stored. */
function dyingAtIndex({ sql }: DurableObjectStorage): Account['db'] {
  return new Proxy(db, {
    get: (target, member) => {
      const stored = sql.exec("SELECT id FROM invoices WHERE type = 'USAGE_CONSOLIDATED'").toArray()
      if (stored.length > 0) throw new Error('died')
      return Reflect.get(target, member) as unknown
    },
  })
}

/** Runs work inside an account of which a call of one method of other accounts dies. */
async function dieAt(
  billing: Billing,
  method: Called | 'index',
  isDone: boolean,
  work: (account: Account) => Promise<unknown>,
): Promise<void> {
  const getByName = (name: string) => {
    const stub = bindings.ACCOUNT.getByName(name)
    const call = async (member: Called, args: never) => {
      const answer = member === method && !isDone ? null : await stub[member](args)
      if (member === method) throw new Error('died')
      return answer
    }
    return {
      listStatements: (args: never) => call('listStatements', args),
      getInvoice: (args: never) => call('getInvoice', args),
      voidConsolidated: (args: never) => call('voidConsolidated', args),
      voidSharedDraws: (args: never) => call('voidSharedDraws', args),
    }
  }
  await readInvoices(billing, NOW)
  const env = { ...bindings, ACCOUNT: { getByName } as unknown as typeof bindings.ACCOUNT }
  await runInDurableObject<AccountObject, void>(account(billing), async (_object, { storage }) => {
    await expect(work({ env, db: dyingAtIndex(storage), storage })).rejects.toThrow('died')
  })
}

test('a consolidation that dies at any call is completed by the next one, and is made once', async () => {
  for (const method of ['listStatements', 'getInvoice', 'index'] as const) {
    const setup = await signUp()
    const { parent, parentId } = setup
    await finalizeAll(setup)
    const call = { ...callOf(parent), contractId: parentId }
    await dieAt(parent, method, true, (own) => finalizeConsolidated(own, call))
    expect(await consolidated(setup)).toEqual([method === 'index' ? 'FINALIZED 600' : 'DRAFT 600'])
    expect(await indexed(setup)).toBeUndefined()
    await consolidate(setup)
    expect(await consolidated(setup)).toEqual(['FINALIZED 600'])
    expect(await indexed(setup)).toBe('FINALIZED')
    const left = await readDueRows(parent)
    expect(left.filter(({ kind }) => kind === 'finalize-consolidated-invoices')).toEqual([])
  }
})

test('a void constituent makes it void, though the call dies in between', async () => {
  for (const isDone of [false, true]) {
    const setup = await signUp()
    const { one } = setup
    await finalizeAll(setup)
    await consolidate(setup)
    const call = invoiceOf(one)
    await dieAt(one.billing, 'voidConsolidated', isDone, (own) => voidCustomerInvoice(own, call))
    expect(await consolidated(setup)).toEqual([isDone ? 'VOID 600' : 'FINALIZED 600'])
    expect(await account(one.billing).voidInvoice(call)).toMatchObject({ ok: true })
    expect(await consolidated(setup)).toEqual(['VOID 600'])
    expect(await indexed(setup)).toBe('VOID')
  }
})
