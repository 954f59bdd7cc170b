import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { USD } from '../../src/core/currency.ts'
import type { HistoricalInput } from '../../src/core/invoices/historical-invoice.ts'
import { usageInvoiceId } from '../../src/core/invoices/usage-invoice.ts'
import { archiveContract } from '../../src/objects/account-archive.ts'
import type { AccountObject } from '../../src/objects/account.ts'
import { voidCustomerInvoice } from '../../src/objects/account-corrections.ts'
import { finalizeInvoices } from '../../src/objects/account-finalize.ts'
import type { Account } from '../../src/objects/account-invoices.ts'
import {
  account,
  addContract,
  addCustomer,
  addProduct,
  addRate,
  bindings,
  createBilling,
  db,
  ingest,
  stateInvoices,
  type Billing,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

const NOW = at('2026-02-10')

type Dying = 'readShareable' | 'postSharedDraws' | 'voidSharedDraws'

/** A child that used 300 in January, and its parent, which shares a credit of 1000. */
async function signUp(ofChild: { endingBefore?: number } = {}) {
  const child = await createBilling()
  const parent = { ...child, customerId: await addCustomer(child.environmentId) }
  await addRate(child, { price: '100' })
  const productId = await addProduct(child.environmentId, { name: 'Credit' }, { type: 'FIXED' })
  const parentContractId = await addContract(parent, {
    balances: [
      {
        id: crypto.randomUUID(),
        path: 'credits[0].',
        type: 'CREDIT',
        productId,
        accessCreditTypeId: USD.id,
        access: [{ amount: '1000', startingAt: at('2026-01-01'), endingBefore: at('2027-01-01') }],
        childAccess: { type: 'ALL' },
        customFields: {},
      },
    ],
  })
  const contractId = await addContract(child, {
    ...ofChild,
    hierarchy: { parent: { contractId: parentContractId, customerId: parent.customerId } },
  })
  await ingest(child, [{ at: '2026-01-10' }, { at: '2026-01-11' }, { at: '2026-01-12' }])
  return { child, parent, parentContractId, contractId }
}

type Setup = Awaited<ReturnType<typeof signUp>>

function callOf({ environmentId, customerId }: Billing) {
  return { environmentId, customerId, now: NOW }
}

function finalizeCall({ child, contractId }: Setup) {
  const kind = 'finalize-usage-invoice' as const
  return { ...callOf(child), kind, contractId, periodStart: at('2026-01-01') }
}

/** What final invoices have drawn on the parent's credit: pairs of an amount and whether it is void. */
async function drawn({ parent }: Setup) {
  const reading = await account(parent).readBalances({
    ...callOf(parent),
    isWithDrafts: true,
  })
  if (!reading.ok) throw new Error(reading.error.message)
  return reading.value.facts.posted.map(({ amount, voidedAt }) => [amount, voidedAt !== null])
}

/** Runs work inside the child's account, whose calls of one method of the parent's die. */
async function dieAt(
  { child }: Setup,
  method: Dying,
  isDone: boolean,
  work: (account: Account) => Promise<unknown>,
): Promise<void> {
  const getByName = (name: string) => {
    const stub = bindings.ACCOUNT.getByName(name)
    const call = async (member: Dying, args: never) => {
      if (member !== method || isDone) {
        const answer = await stub[member](args)
        if (member !== method) return answer
      }
      throw new Error('died')
    }
    return {
      readShareable: (args: never) => call('readShareable', args),
      postSharedDraws: (args: never) => call('postSharedDraws', args),
      voidSharedDraws: (args: never) => call('voidSharedDraws', args),
    }
  }
  await stateInvoices(child, NOW)
  const env = { ...bindings, ACCOUNT: { getByName } as unknown as typeof bindings.ACCOUNT }
  await runInDurableObject<AccountObject, void>(account(child), async (_object, { storage }) => {
    await expect(work({ env, db, storage })).rejects.toThrow('died')
  })
}

test('a finalization that dies at any call to the owner is completed by the next one, and draws once', async () => {
  for (const [method, isDone] of [
    ['readShareable', true],
    ['postSharedDraws', false],
    ['postSharedDraws', true],
  ] as const) {
    const setup = await signUp()
    const call = finalizeCall(setup)
    await dieAt(setup, method, isDone, (own) => finalizeInvoices(own, call))
    expect((await stateInvoices(setup.child, NOW))[0]).toContain('DRAFT')
    expect(await drawn(setup)).toEqual(isDone && method !== 'readShareable' ? [['300', false]] : [])
    // Until it is completed, there may be more usage: what counts is what was asked for last.
    await ingest(setup.child, [{ at: '2026-01-13' }])
    await account(setup.child).finalize(call)
    await account(setup.child).finalize(call)
    expect((await stateInvoices(setup.child, NOW))[0]).toBe('2026-01 FINALIZED 0')
    expect(await drawn(setup)).toEqual([['400', false]])
  }
})

test('a finalization that died leaves what it drew to its own invoice, however much there is to draw', async () => {
  const setup = await signUp()
  const call = finalizeCall(setup)
  await dieAt(setup, 'postSharedDraws', true, (own) => finalizeInvoices(own, call))
  await ingest(
    setup.child,
    [13, 14, 15, 16, 17].map((day) => ({ at: `2026-01-${day}` })),
  )
  // 300 of 1000 are posted for this very invoice: 800 are there for it all the same.
  expect((await stateInvoices(setup.child, NOW))[0]).toBe('2026-01 DRAFT 0')
  await account(setup.child).finalize(call)
  expect((await stateInvoices(setup.child, NOW))[0]).toBe('2026-01 FINALIZED 0')
  expect(await drawn(setup)).toEqual([['800', false]])
})

/** What a historical invoice of four events is made from. */
function historical({ child, contractId }: Setup, month: string, endMs: number): HistoricalInput {
  const period = { startMs: at(month), endMs }
  return {
    id: crypto.randomUUID(),
    contractId,
    creditTypeId: USD.id,
    ...period,
    issuedAt: endMs,
    lines: [{ ...period, productId: child.productId, quantity: '4' }],
    customFields: {},
    field: 'invoices[0]',
  }
}

test('a historical invoice draws on what is shared, though its contract has nothing open', async () => {
  const setup = await signUp({ endingBefore: at('2026-02-01') })
  const { child, contractId } = setup
  await account(child).finalize(finalizeCall(setup))
  const call = { ...callOf(child), invoiceId: usageInvoiceId(contractId, at('2026-01-01')) }
  expect((await account(child).voidInvoice(call)).ok).toBe(true)
  const invoices = [historical(setup, '2026-01-01', at('2026-02-01'))]
  const made = await account(child).createHistoricalInvoices({
    ...callOf(child),
    invoices,
    isPreview: false,
  })
  expect(made).toMatchObject({ value: [{ total: '0' }] })
  expect(await drawn(setup)).toEqual([
    ['300', true],
    ['400', false],
  ])
})

test('historical invoices that are made together draw together on what is shared', async () => {
  const setup = await signUp()
  const { child } = setup
  const invoices = [
    historical(setup, '2026-01-01', at('2026-02-01')),
    historical(setup, '2026-02-01', at('2026-03-01')),
    historical(setup, '2026-03-01', at('2026-04-01')),
  ]
  const call = { ...callOf(child), now: at('2026-04-10'), invoices, isPreview: false }
  const made = await account(child).createHistoricalInvoices(call)
  if (!made.ok) throw new Error(made.error.message)
  expect(made.value.map(({ total }) => total)).toEqual(['0', '0', '200'])
  expect(await drawn(setup)).toEqual([
    ['400', false],
    ['400', false],
    ['200', false],
  ])
})

test('an invoice that is made void gives back what it drew, though the call dies in between', async () => {
  for (const isDone of [false, true]) {
    const setup = await signUp()
    const { child, contractId } = setup
    await account(child).finalize(finalizeCall(setup))
    const call = { ...callOf(child), invoiceId: usageInvoiceId(contractId, at('2026-01-01')) }
    await dieAt(setup, 'voidSharedDraws', isDone, (own) => voidCustomerInvoice(own, call))
    expect(await drawn(setup)).toEqual([['300', isDone]])
    expect((await account(child).voidInvoice(call)).ok).toBe(true)
    expect(await drawn(setup)).toEqual([['300', true]])
  }
})

test('an archived contract gives back what it drew for invoices that are void or never became final', async () => {
  const setup = await signUp()
  const { child, contractId } = setup
  await dieAt(setup, 'postSharedDraws', true, (own) => finalizeInvoices(own, finalizeCall(setup)))
  const call = { ...callOf(child), contractId, isVoiding: true }
  await dieAt(setup, 'voidSharedDraws', false, (own) => archiveContract(own, call))
  expect(await drawn(setup)).toEqual([['300', false]])
  await account(child).archiveContract(call)
  expect(await drawn(setup)).toEqual([['300', true]])
})

test('more than what is left is not posted', async () => {
  const setup = await signUp()
  const { child, parent, parentContractId, contractId } = setup
  const links = [{ parentContractId, childContractId: contractId, finalInvoiceIds: [] }]
  const [shared] = (await account(parent).readShareable({ ...callOf(parent), links })).balances
  const post = (amount: string, invoiceId: string, finalInvoiceIds: string[] = []) =>
    account(parent).postSharedDraws({
      ...callOf(parent),
      link: links[0]!,
      contractId,
      finalInvoiceIds,
      invoiceId,
      draws: [
        {
          balanceId: shared!.id,
          segmentId: shared!.segments[0]!.id,
          amount,
          at: at('2026-02-01'),
        },
      ],
    })
  expect(await post('1001', 'one')).toBe(false)
  expect(await post('600', 'one')).toBe(true)
  expect(await post('700', 'one')).toBe(true)
  expect(await post('301', 'two', ['one'])).toBe(false)
  expect(await post('300', 'two', ['one'])).toBe(true)
  expect(await drawn(setup)).toEqual([
    ['700', false],
    ['300', false],
  ])
  // Neither of them became final, so all of it is left to what does.
  expect((await stateInvoices(child, NOW))[0]).toBe('2026-01 DRAFT 0')
})
