import { runInDurableObject } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { USD } from '../../src/core/currency.ts'
import type { InvoiceQuery } from '../../src/core/invoices/invoice-query.ts'
import type { Invoice } from '../../src/core/invoices/invoice.ts'
import { usageInvoiceId } from '../../src/core/invoices/usage-invoice.ts'
import { insertFieldKey } from '../../src/db/custom-field-keys.ts'
import { dueWork, invoices } from '../../src/db/schema.ts'
import {
  account,
  addContract,
  addCustomer,
  addRate,
  contractCall,
  createBilling,
  db,
  ingest,
  readDueRows,
  readIndex,
  readInvoices,
  stateInvoices,
  type Billing,
} from '../support/billing.ts'
import type { FinalizeCall } from '../../src/objects/account-finalize.ts'
import { at } from '../support/terms.ts'

function finalize(billing: Billing, contractId: string, periodStart: string, now: number) {
  const { environmentId, customerId } = billing
  const kind = 'finalize-usage-invoice'
  const call = { environmentId, customerId, kind, contractId, periodStart: at(periodStart), now }
  return account(billing).finalize(call as FinalizeCall)
}

test('T9: usage counts during the grace period; after it the invoice is final and never changes', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '100' })
  const contractId = await addContract(billing, { startingAt: at('2024-09-01') })
  await ingest(billing, [{ at: '2024-09-10' }])
  await ingest(billing, [{ at: '2024-09-30T23' }])
  const [draft] = await readInvoices(billing, '2024-10-01T12')
  expect(draft).toMatchObject({ status: 'DRAFT', total: '200', issuedAt: at('2024-10-02') })

  await finalize(billing, contractId, '2024-09-01', at('2024-10-02') - 1)
  expect((await readInvoices(billing, at('2024-10-02') - 1))[0]?.status).toBe('DRAFT')
  await finalize(billing, contractId, '2024-09-01', at('2024-10-02') + 250)
  await ingest(billing, [{ at: '2024-09-20' }])
  await addRate(billing, { price: '7' })
  const [final] = await readInvoices(billing, '2024-10-03')
  expect(final).toMatchObject({
    id: draft?.id,
    status: 'FINALIZED',
    total: '200',
    issuedAt: at('2024-10-02'),
    finalizedAt: at('2024-10-02') + 250,
  })
  const { status: _, finalizedAt: __, verification, ...contents } = final!
  expect(draft).toMatchObject(contents)
  expect(verification).toMatchObject({ verifiedAt: final!.finalizedAt, eventsRead: 2 })
})

test('a new contract has its row and its first due row at once', async () => {
  const billing = await createBilling({ environment: { settings: { graceMs: 0 } } })
  const contractId = await addContract(billing, { startingAt: at('2026-01-20') })
  expect(await readDueRows(billing)).toMatchObject([
    {
      contractId,
      customerId: billing.customerId,
      kind: 'finalize-usage-invoice',
      dueAt: at('2026-02-01'),
      periodStart: at('2026-01-20'),
      periodEnd: at('2026-02-01'),
      attempts: 0,
      lastError: null,
    },
  ])
})

test('a retry with the same id answers the contract that there is, and makes no second due row', async () => {
  const billing = await createBilling()
  const call = contractCall(billing, { uniquenessKey: 'once' }, at('2026-01-01'))
  const first = await account(billing).createContract(call)
  const second = await account(billing).createContract({ ...call, now: at('2026-01-02') })
  expect(first).toMatchObject({ ok: true, value: { createdAt: at('2026-01-01') } })
  expect(second).toEqual(first)
  expect((await readDueRows(billing)).length).toBe(1)
})

test('T21: of two customers that take a uniqueness key at the same time, exactly one gets it', async () => {
  const billing = await createBilling()
  const other = { ...billing, customerId: await addCustomer(billing.environmentId) }
  const answers = await Promise.all(
    [billing, other, billing, other].map((each) =>
      account(each).createContract(contractCall(each, { uniquenessKey: 'k' }, at('2026-01-01'))),
    ),
  )
  expect(answers.filter(({ ok }) => ok).length).toBe(1)
  const refused = answers.filter(({ ok }) => !ok)
  expect(refused).toEqual(
    Array.from({ length: 3 }, () => ({
      ok: false,
      error: { code: 'conflict', message: 'This uniqueness key has already been used.' },
    })),
  )
  expect((await readDueRows(billing)).length).toBe(1)
})

test('a uniqueness key belongs to its environment', async () => {
  const [one, other] = [await createBilling(), await createBilling()]
  await addContract(one, { uniquenessKey: 'k' })
  await expect(addContract(other, { uniquenessKey: 'k' })).resolves.toEqual(expect.any(String))
})

test('what other environments have does not exist for a contract', async () => {
  const [billing, other] = [await createBilling(), await createBilling()]
  const strangers = [{ rateCardId: other.rateCardId }, { customerId: other.customerId }]
  for (const input of strangers) {
    const call = contractCall(billing, input, at('2026-01-01'))
    expect(await account(billing).createContract(call)).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    })
  }
})

test('drafts follow the rates; final invoices do not', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '10' })
  const contractId = await addContract(billing)
  await ingest(billing, [{ at: '2026-01-10' }, { at: '2026-02-10' }])
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  expect(await stateInvoices(billing, '2026-02-15')).toEqual([
    '2026-01 FINALIZED 10',
    '2026-02 DRAFT 10',
  ])
  await addRate(billing, { price: '12' })
  expect(await stateInvoices(billing, '2026-02-15')).toEqual([
    '2026-01 FINALIZED 10',
    '2026-02 DRAFT 12',
  ])
})

test('an invoice carries what section 2 asks for, and why it is what it is', async () => {
  const billing = await createBilling()
  const rateId = await addRate(billing, { price: '2.5' })
  const key = { entity: 'contract' as const, key: 'deal', enforceUniqueness: false }
  await insertFieldKey(db, billing.environmentId, key, 0)
  const contractId = await addContract(billing, {
    netPaymentTermsDays: 30,
    netsuiteSalesOrderId: 'so',
    salesforceOpportunityId: 'opp',
    customFields: { deal: 'x' },
  })
  await ingest(billing, [{ at: '2026-01-10' }, { at: '2026-01-11' }])
  const month = { startingAt: at('2026-01-01'), endingBefore: at('2026-02-01') }
  const [draft] = await readInvoices(billing, '2026-01-15')
  expect(draft).toMatchObject({
    id: usageInvoiceId(contractId, at('2026-01-01')),
    customerId: billing.customerId,
    contractId,
    type: 'USAGE',
    status: 'DRAFT',
    ...month,
    issuedAt: at('2026-02-02'),
    finalizedAt: null,
    creditTypeId: USD.id,
    total: '5',
    netPaymentTermsDays: 30,
    netsuiteSalesOrderId: 'so',
    salesforceOpportunityId: 'opp',
    customFields: {},
    contractCustomFields: { deal: 'x' },
    customerCustomFields: { crm: '7' },
    lines: [
      {
        type: 'usage',
        name: 'API calls',
        productId: billing.productId,
        quantity: '2',
        unitPrice: '2.5',
        total: '5',
        ...month,
        derivation: {
          metricId: billing.metricId,
          rateId,
          increments: [{ ...month, quantity: '2' }],
        },
      },
    ],
    derivation: { ratingVersion: 5, unbilled: [] },
  })
  expect(Object.values(draft!.derivation.cut!.positions).length).toBe(1)
})

test('concurrent finalizations make one invoice, one index row and one next due row', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '10' })
  const contractId = await addContract(billing)
  await ingest(billing, [{ at: '2026-01-10' }])
  const nexts = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      finalize(billing, contractId, '2026-01-01', at('2026-02-02') + i),
    ),
  )
  expect(new Set(nexts.map((next) => JSON.stringify(next))).size).toBe(1)
  expect(nexts[0]!.due[0]).toMatchObject({ periodStart: at('2026-02-01'), dueAt: at('2026-03-02') })
  expect(await readIndex(billing)).toMatchObject([
    { contractId, status: 'FINALIZED', total: '10', finalizedAt: at('2026-02-02') },
  ])
  expect(await readDueRows(billing)).toMatchObject([{ periodStart: at('2026-02-01') }])
})

test('after a crash between invoice and index, the index is written and the invoice is not computed again', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '10' })
  const contractId = await addContract(billing)
  await ingest(billing, [{ at: '2026-01-10' }])
  const [due] = await readDueRows(billing)
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  const written = { index: await readIndex(billing), due: await readDueRows(billing) }
  // As if the object had died after its own write: the shared database shows nothing of it.
  await db.batch([
    db.delete(invoices).where(eq(invoices.environmentId, billing.environmentId)),
    db.delete(dueWork).where(eq(dueWork.environmentId, billing.environmentId)),
    db.insert(dueWork).values(due!),
  ])
  await addRate(billing, { price: '99' })
  await finalize(billing, contractId, '2026-01-01', at('2026-02-05'))
  expect({ index: await readIndex(billing), due: await readDueRows(billing) }).toEqual(written)
  expect(await stateInvoices(billing, '2026-02-05')).toEqual([
    '2026-01 FINALIZED 10',
    '2026-02 DRAFT 0',
  ])
})

test('a later period is never finalized before an earlier one', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  const {
    due: [next],
  } = await finalize(billing, contractId, '2026-02-01', at('2026-06-01'))
  expect(next).toMatchObject({ periodStart: at('2026-01-01') })
  expect(await readIndex(billing)).toEqual([])
})

test('a due row that came too early is put where it belongs', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  await db.update(dueWork).set({ dueAt: 0 }).where(eq(dueWork.contractId, contractId))
  await finalize(billing, contractId, '2026-01-01', at('2026-01-15'))
  expect(await readDueRows(billing)).toMatchObject([
    { periodStart: at('2026-01-01'), dueAt: at('2026-02-02') },
  ])
})

test('with its last period a contract is done: no due row and no draft is left', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing, { endingBefore: at('2026-01-20') })
  expect(await finalize(billing, contractId, '2026-01-01', at('2026-01-21'))).toEqual({
    due: [],
    held: null,
  })
  expect(await readDueRows(billing)).toEqual([])
  expect(await stateInvoices(billing, '2026-06-01')).toEqual(['2026-01 FINALIZED 0'])
})

test('a contract without rate card has empty statements in US dollars', async () => {
  const billing = await createBilling()
  await addContract(billing, { rateCardId: undefined })
  expect(await readInvoices(billing, '2026-01-15')).toMatchObject([
    { creditTypeId: USD.id, total: '0', lines: [], derivation: { cut: null } },
  ])
})

test('usage in a group that no rate matches is told of on the invoice', async () => {
  const billing = await createBilling({
    metric: { groupKeys: [['region']], propertyFilters: [{ name: 'region', exists: true }] },
    state: { pricingGroupKey: ['region'] },
  })
  await addRate(billing, { pricingGroupValues: { region: 'eu' }, price: '4' })
  await addContract(billing)
  await ingest(
    billing,
    ['eu', 'eu', 'us'].map((region) => ({ at: '2026-01-10', properties: { region } })),
  )
  const [draft] = await readInvoices(billing, '2026-01-15')
  expect(draft?.lines).toMatchObject([
    {
      pricingGroupValues: { region: 'eu' },
      presentationGroupValues: null,
      quantity: '2',
      total: '8',
    },
  ])
  expect(draft?.derivation.unbilled).toMatchObject([
    { reason: 'no_rate', pricingGroupValues: { region: 'us' }, quantity: '1' },
  ])
})

test('group keys named like members of objects survive storage and calls', async () => {
  const name = '__proto__'
  const billing = await createBilling({
    metric: { groupKeys: [[name]], propertyFilters: [{ name, exists: true }] },
    state: { pricingGroupKey: [name] },
  })
  await addRate(billing, { price: '4' })
  const contractId = await addContract(billing)
  await ingest(billing, [
    { at: '2026-01-10', properties: JSON.parse('{"__proto__":"x"}') as Record<string, string> },
  ])
  const valuesOf = async (now: string) => {
    const [line] = (await readInvoices(billing, now, { limit: 1 }))[0]!.lines
    return JSON.stringify(line?.type === 'usage' && line.pricingGroupValues)
  }
  expect(await valuesOf('2026-01-15')).toBe('{"__proto__":"x"}')
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  expect(await valuesOf('2026-02-02')).toBe('{"__proto__":"x"}')
})

test('a single invoice is found by its id while a draft, when final, and not for other customers', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  const other = { ...billing, customerId: await addCustomer(billing.environmentId) }
  const invoiceId = usageInvoiceId(contractId, at('2026-01-01'))
  const get = ({ environmentId, customerId }: Billing, now: string) =>
    account({ ...billing, customerId }).getInvoice({
      environmentId,
      customerId,
      invoiceId,
      now: at(now),
    })
  const notFound = { ok: false, error: { code: 'not_found' } }
  expect(await get(billing, '2025-12-31')).toMatchObject(notFound)
  expect(await get(billing, '2026-01-15')).toMatchObject({
    value: { id: invoiceId, status: 'DRAFT' },
  })
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  expect(await get(billing, '2026-02-02')).toMatchObject({
    value: { id: invoiceId, status: 'FINALIZED' },
  })
  expect(await get(other, '2026-02-02')).toMatchObject(notFound)
})

test('lists mix stored invoices and drafts in order, by filter and page by page', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  const otherId = await addContract(billing, { startingAt: at('2026-02-15') })
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  const now = '2026-03-01T12'
  const list = async (query: Parameters<typeof readInvoices>[2]) =>
    (await readInvoices(billing, now, query)).map(({ contractId: id, startingAt, status }) =>
      [
        id === otherId ? 'other' : 'first',
        new Date(startingAt!).toISOString().slice(5, 10),
        status,
      ].join(' '),
    )
  const all = await list({})
  expect(all[0]).toBe('first 01-01 FINALIZED')
  expect(all.slice(1, 3).sort()).toEqual(['first 02-01 DRAFT', 'other 02-15 DRAFT'])
  expect(all.slice(3).sort()).toEqual(['first 03-01 DRAFT', 'other 03-01 DRAFT'])
  expect(await list({ sort: 'date_desc' })).toEqual(all.toReversed())
  expect(await list({ status: 'FINALIZED' })).toEqual(['first 01-01 FINALIZED'])
  expect(await list({ contractId: otherId })).toEqual(['other 02-15 DRAFT', 'other 03-01 DRAFT'])
  expect(await list({ contractId: otherId, startingOn: at('2026-03-01') })).toEqual([
    'other 03-01 DRAFT',
  ])
  expect(await list({ endingBefore: at('2026-02-02') })).toEqual(['first 01-01 FINALIZED'])
  expect(await list({ type: 'SCHEDULED' })).toEqual([])
  const paged: string[] = []
  let after: InvoiceQuery['after'] = null
  for (let pages = 0; pages < 3; pages += 1) {
    paged.push(...(await list({ limit: 2, after })))
    const last: Invoice = (await readInvoices(billing, now, { limit: 2, after })).at(-1)!
    after = { issuedAt: last.issuedAt, id: last.id }
  }
  expect(paged).toEqual(all)
})

test('an invoice of many megabytes is kept whole', async () => {
  const billing = await createBilling({
    metric: { groupKeys: [['team']], propertyFilters: [{ name: 'team', exists: true }] },
    state: { presentationGroupKey: ['team'] },
  })
  await addRate(billing, { price: '1' })
  const contractId = await addContract(billing)
  const filler = '東'.repeat(300)
  for (let batch = 0; batch < 10; batch += 1) {
    await ingest(
      billing,
      Array.from({ length: 200 }, (_, i) => ({
        at: '2026-01-10',
        properties: { team: `${batch}-${i}-${filler}` },
      })),
    )
  }
  const [draft] = await readInvoices(billing, '2026-01-31')
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  const [final] = await readInvoices(billing, '2026-02-02', { status: 'FINALIZED' })
  expect(final?.lines.length).toBe(2_000)
  expect(final?.total).toBe('2000')
  expect(final?.lines).toEqual(draft?.lines)
  expect(JSON.stringify(final).length).toBeGreaterThan(1_000_000)
})

test('a due row that was lost is restored as it was, one that is there stays', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  const rows = await readDueRows(billing)
  const { environmentId, customerId } = billing
  const call = { environmentId, customerId, contractId, now: at('2026-02-10') }
  expect(await account(billing).restoreDue(call)).toBe(false)
  await db.delete(dueWork).where(eq(dueWork.environmentId, environmentId))
  expect(await account(billing).restoreDue(call)).toBe(true)
  expect(await readDueRows(billing)).toEqual(rows)
})

test('a deleted account keeps nothing', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  await finalize(billing, contractId, '2026-01-01', at('2026-02-02'))
  await account(billing).deleteAll()
  const tables = await runInDurableObject(account(billing), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'invoices'").toArray(),
  )
  expect(tables).toEqual([])
})

test('asking for invoices of no customer is refused and leaves nothing behind', async () => {
  const billing = { ...(await createBilling()), customerId: crypto.randomUUID() }
  const { environmentId, customerId } = billing
  const call = { environmentId, customerId, now: at('2026-01-15') }
  const error = { code: 'not_found', message: `customer_id: no customer ${customerId}` }
  const query: InvoiceQuery = { sort: 'date_asc', limit: 10, after: null }
  const stub = account(billing)
  expect(await stub.listInvoices({ ...call, query })).toEqual({ ok: false, error })
  expect(await stub.getInvoice({ ...call, invoiceId: 'x' })).toEqual({ ok: false, error })
  const tables = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'"),
  ).then((rows) => rows.toArray())
  expect(tables).toEqual([])
})
