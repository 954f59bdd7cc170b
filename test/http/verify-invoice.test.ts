import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { HoldReason } from '../../src/core/invoices/hold-reason.ts'
import { openDatabase } from '../../src/db/database.ts'
import { heldInvoices } from '../../src/db/held-invoice-schema.ts'
import { dueWork, environments, invoices } from '../../src/db/schema.ts'
import type { Env } from '../../src/env.ts'
import { accountOf } from '../../src/objects/account.ts'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { createBilled, meterOf, onMeter } from '../support/billed.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { sealLog } from '../objects/meter-fixture.ts'
import { completion, createOffering } from '../support/offering.ts'

const bindings = env as unknown as Env

async function invoicesOf(api: TestApi, customerId: string) {
  return (await api.call('GET', `/v1/customers/${customerId}/invoices`)).body.data
}

async function verify(api: TestApi, customerId: string, invoiceId: string) {
  const path = `/v1/customers/${customerId}/invoices/${invoiceId}/verify`
  const answer = await api.call('POST', path)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.data
}

async function advance(api: TestApi, now = '2026-04-03T00:00:00Z') {
  const answer = await api.call('POST', '/v1/sandboxes/clock', { now })
  expect(answer).toMatchObject({ status: 200, body: { data: { done: true } } })
  return answer.body.data
}

async function heldOf(api: TestApi, query = '') {
  return (await api.call('GET', `/v1/invoices/held${query}`)).body
}

const CLEAN = { status: 'VERIFIED', differences: [], findings: [] }

test('a draft, the final invoice, and the void one verify, and the final one says how it was proven', async () => {
  const { api, customerId } = await createBilled()
  const [draft] = await invoicesOf(api, customerId)
  expect(draft).toMatchObject({ status: 'DRAFT', total: 30 })
  expect(draft.verification).toBeUndefined()
  const check = await verify(api, customerId, draft.id)
  expect(check).toMatchObject({ ...CLEAN, invoice_status: 'DRAFT', events_read: 3 })
  expect(Object.values(check.cut.positions)).toEqual([3])
  expect(await advance(api)).toMatchObject({ held_back: [] })
  const [final] = await invoicesOf(api, customerId)
  const verified_at = '2026-04-02T00:00:00+00:00'
  expect(final).toMatchObject({
    id: draft.id,
    status: 'FINALIZED',
    total: 30,
    verification: { verified_at, events_read: 3 },
  })
  // Usage that came too late is beyond the cut.
  await api.call('POST', '/v1/ingest', [completion('late', '2026-03-09T10:00:00Z')])
  expect(await verify(api, customerId, final.id)).toMatchObject({ ...CLEAN, events_read: 3 })
  await api.call('POST', '/v1/invoices/void', { id: final.id })
  const voided = await verify(api, customerId, final.id)
  expect(voided).toMatchObject({ ...CLEAN, invoice_status: 'VOID' })
  const { body } = await api.call('POST', '/v1/invoices/regenerate', { id: final.id })
  const anew = await verify(api, customerId, body.data.id)
  expect(anew).toMatchObject({ ...CLEAN, invoice_status: 'FINALIZED', events_read: 4 })
})

test('an invoice is held back while a chunk of the log is missing, and finalized once it is back', async () => {
  const { api, customerId, contractId } = await createBilled()
  const [row] = await onMeter(api, 'SELECT * FROM chunks WHERE seq = 2')
  await onMeter(api, 'DELETE FROM chunks WHERE seq = 2')
  const { held_back } = await advance(api)
  const [draft] = await invoicesOf(api, customerId)
  expect(draft.status).toBe('DRAFT')
  const message = expect.stringContaining('damaged at chunk 2: the chunk is missing')
  expect(held_back).toMatchObject([{ customer_id: customerId, code: 'log_damaged', message }])
  expect(await heldOf(api)).toMatchObject({
    data: [
      {
        invoice_id: draft.id,
        customer_id: customerId,
        contract_id: contractId,
        type: 'USAGE',
        code: 'log_damaged',
        message,
        differences: [{ kind: 'usage', expected: '10', found: '15' }],
        attempts: 1,
        since: '2026-04-02T00:00:00.000Z',
      },
    ],
    next_page: null,
  })
  expect(await heldOf(api, `?customer_id=${UNKNOWN_ID}`)).toEqual({ data: [], next_page: null })
  const check = await verify(api, customerId, draft.id)
  expect(check).toMatchObject({ status: 'DIFFERENT', events_read: 2 })
  expect(check.differences).toContainEqual({
    kind: 'total',
    expected: '20',
    found: '30',
    cause: expect.any(String),
  })
  const retry = () => api.call('POST', `/v1/invoices/held/${draft.id}/retry`)
  expect(await retry()).toMatchObject({
    body: { data: { outcome: 'HELD', reason: { code: 'log_damaged' } } },
  })
  expect((await heldOf(api)).data).toMatchObject([{ attempts: 2 }])
  // Scheduled invoices of one date share a row, and each is listed.
  const db = openDatabase(bindings.DB)
  const reason: HoldReason = { code: 'waits_for_invoice', message: 'it waits', differences: [] }
  await db
    .update(heldInvoices)
    .set({ others: [{ invoiceId: UNKNOWN_ID, reason }] })
    .where(eq(heldInvoices.invoiceId, draft.id))
  expect((await heldOf(api)).data).toMatchObject([
    { invoice_id: draft.id, code: 'log_damaged' },
    { invoice_id: UNKNOWN_ID, code: 'waits_for_invoice', message: 'it waits' },
  ])
  expect(await api.call('POST', `/v1/invoices/held/${UNKNOWN_ID}/retry`)).toMatchObject({
    body: { data: { outcome: 'HELD', reason: { code: 'log_damaged' } } },
  })
  expect((await heldOf(api)).data).toMatchObject([{ attempts: 3 }])
  const names = Object.keys(row!)
  const places = names.map(() => '?').join(', ')
  await onMeter(
    api,
    `INSERT INTO chunks (${names.join(', ')}) VALUES (${places})`,
    ...Object.values(row!),
  )
  expect((await retry()).body).toEqual({
    data: { invoice_id: draft.id, outcome: 'FINALIZED', reason: null },
  })
  expect((await invoicesOf(api, customerId))[0]).toMatchObject({ status: 'FINALIZED', total: 30 })
  expect(await heldOf(api)).toEqual({ data: [], next_page: null })
  expect((await retry()).status).toBe(404)
})

test('an invoice is held back while an aggregate is not what the events add up to', async () => {
  const { api, customerId } = await createBilled()
  const change = (state: string) =>
    onMeter(api, `UPDATE cells SET state = '${state}' WHERE state IN ('5', '50')`)
  await change('50')
  await evictDurableObject(meterOf(api))
  expect(await advance(api)).toMatchObject({ held_back: [{ code: 'usage_differs' }] })
  const { data } = await heldOf(api)
  expect(data[0].differences).toMatchObject([{ kind: 'usage', expected: '15', found: '150' }])
  await change('5')
  await evictDurableObject(meterOf(api))
  expect(await advance(api)).toMatchObject({ held_back: [] })
  expect((await invoicesOf(api, customerId))[0]).toMatchObject({ status: 'FINALIZED', total: 30 })
  expect((await heldOf(api)).data).toEqual([])
})

test('an invoice that cannot be proven any more is made final by hand, at the total that was seen, and says so for good', async () => {
  const { api, customerId, contractId } = await createBilled()
  await onMeter(api, 'DELETE FROM chunks WHERE seq = 2')
  await advance(api)
  const [draft] = await invoicesOf(api, customerId)
  const words = { customer_id: customerId, invoice_id: draft.id, reason: 'chunk 2 is lost' }
  const release = (body: object, by = api) =>
    by.call('POST', '/v1/invoices/held/release', { ...words, expected_total: 30, ...body })
  expect(await release({}, await withScope(api, 'read-only'))).toMatchObject({ status: 403 })
  expect(await release({ reason: ' ' })).toMatchObject({
    status: 400,
    body: { message: 'reason: expected a reason' },
  })
  expect(await release({ customer_id: UNKNOWN_ID })).toMatchObject({ status: 404 })
  expect(await release({ invoice_id: UNKNOWN_ID })).toMatchObject({ status: 404 })
  // Usage that came meanwhile.
  await api.call('POST', '/v1/ingest', [completion('d', '2026-03-09T10:00:00Z', { tokens: 1 })])
  expect(await release({})).toMatchObject({
    status: 409,
    body: { message: "expected_total: the draft's total is 32 by now, not 30" },
  })
  expect((await invoicesOf(api, customerId))[0]).toMatchObject({ status: 'DRAFT', total: 32 })
  const released = {
    released_at: '2026-04-03T00:00:00+00:00',
    released_by: 'test',
    reason: 'chunk 2 is lost',
    finding: { code: 'log_damaged', differences: [{ expected: '10', found: '15' }] },
  }
  const answer = await release({ expected_total: 32 })
  expect(answer).toMatchObject({
    status: 200,
    body: {
      data: {
        id: draft.id,
        contract_id: contractId,
        status: 'FINALIZED',
        total: 32,
        release: released,
      },
    },
  })
  expect(answer.body.data.verification).toBeUndefined()
  expect((await heldOf(api)).data).toEqual([])
  expect((await release({ expected_total: '32.0' })).status).toBe(400)
  const again = await release({ expected_total: 32 })
  expect(again.body).toEqual(answer.body)
  expect(await release({ expected_total: 30 })).toMatchObject({ status: 409 })
  expect(await release({ expected_total: 32, reason: 'other' })).toMatchObject({ status: 409 })
  expect((await invoicesOf(api, customerId))[0]).toMatchObject({ release: released })
  const check = await verify(api, customerId, draft.id)
  expect(check).toMatchObject({ status: 'DIFFERENT', release: released })
  // It is in the index, and what comes next is due.
  const { body } = await api.call('GET', '/v1/invoices?status=FINALIZED')
  expect(body.data).toMatchObject([{ id: draft.id, total: 32 }])
  await advance(api, '2026-05-03T00:00:00Z')
  expect((await heldOf(api)).data).toMatchObject([{ start_timestamp: '2026-04-01T00:00:00.000Z' }])
  const voided = await api.call('POST', '/v1/invoices/void', { id: draft.id })
  expect(voided.status).toBe(200)
  expect((await invoicesOf(api, customerId))[0]).toMatchObject({
    status: 'VOID',
    release: released,
  })
})

test('a release that died once it was kept is completed when it is asked for again', async () => {
  const { api, customerId } = await createBilled()
  await onMeter(api, 'DELETE FROM chunks WHERE seq = 2')
  await advance(api)
  const [draft] = await invoicesOf(api, customerId)
  const db = openDatabase(bindings.DB)
  const rows = await db.select().from(heldInvoices).where(eq(heldInvoices.invoiceId, draft.id))
  const due = await db.select().from(dueWork).where(eq(dueWork.customerId, customerId))
  const words = { customer_id: customerId, invoice_id: draft.id, reason: 'x', expected_total: 30 }
  const release = () => api.call('POST', '/v1/invoices/held/release', words)
  const first = await release()
  expect(first.status).toBe(200)
  await db.delete(invoices).where(eq(invoices.id, draft.id))
  await db.insert(heldInvoices).values(rows)
  await db.insert(dueWork).values(due).onConflictDoNothing()
  expect((await release()).body).toEqual(first.body)
  expect((await heldOf(api)).data).toEqual([])
  const { body } = await api.call('GET', '/v1/invoices?status=FINALIZED')
  expect(body.data).toMatchObject([{ id: draft.id }])
})

test('a scheduled invoice is released alone of its date, and one that waits for another not at all', async () => {
  const { api, customerId, rateCardId } = await createBilled()
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Fee',
    type: 'FIXED',
  })
  const timestamp = '2026-03-25T00:00:00Z'
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-05-01T00:00:00Z',
    scheduled_charges: [{ product_id, schedule: { schedule_items: [{ timestamp, amount: 40 }] } }],
  })
  const db = openDatabase(bindings.DB)
  const isScheduled = eq(dueWork.kind, 'finalize-scheduled-invoice')
  const mine = eq(dueWork.customerId, customerId)
  const [unit] = await db.select().from(dueWork).where(and(mine, isScheduled))
  const path = `/v1/customers/${customerId}/invoices?type=SCHEDULED`
  const [draft] = (await api.call('GET', path)).body.data
  // The clock has passed it, and it has failed.
  const clockMs = Date.parse('2026-03-26T00:00:00Z')
  await db.update(environments).set({ clockMs }).where(eq(environments.id, api.environmentId))
  const { id: dueId, dueAt: _, attempts: __, lastError: ___, ...of } = unit!
  const tried = { since: clockMs, triedAt: clockMs, attempts: 1 }
  const reason = { code: 'failed' as const, message: 'it failed', differences: [] }
  const row = { dueId, invoiceId: draft.id, ...of, ...tried, ...reason }
  await db.insert(heldInvoices).values(row)
  const wait = (code: HoldReason['code']) =>
    db.update(heldInvoices).set({ code }).where(eq(heldInvoices.dueId, dueId))
  const words = { customer_id: customerId, invoice_id: draft.id, reason: 'agreed' }
  const release = (expected_total: number) =>
    api.call('POST', '/v1/invoices/held/release', { ...words, expected_total })
  await wait('waits_for_invoice')
  expect(await release(40)).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('waits for another one') },
  })
  await wait('failed')
  expect((await release(41)).status).toBe(409)
  expect(await release(40)).toMatchObject({
    status: 200,
    body: { data: { status: 'FINALIZED', total: 40, release: { finding: { code: 'failed' } } } },
  })
  expect((await heldOf(api)).data).toEqual([])
  expect(await db.select().from(dueWork).where(and(mine, isScheduled))).toEqual([])
})

test('a held invoice keeps nobody else from being invoiced, and invoices of one date are proven together', async () => {
  const { api, customerId, rateCardId } = await createBilled()
  const others: string[] = []
  for (const alias of ['x', 'y', 'z']) {
    const id = await createdId(api, '/v1/customers', { name: alias, ingest_aliases: [alias] })
    await createdId(api, '/v1/contracts/create', {
      customer_id: id,
      rate_card_id: rateCardId,
      starting_at: '2026-03-01T00:00:00Z',
    })
    const event = completion(alias, '2026-03-05T10:00:00Z', { tokens: 7 })
    await api.call('POST', '/v1/ingest', [{ ...event, customer_id: alias }])
    others.push(id)
  }
  await onMeter(api, `UPDATE cells SET state = '6' WHERE state = '5'`)
  await evictDurableObject(meterOf(api))
  expect(await advance(api)).toMatchObject({ held_back: [{ customer_id: customerId }] })
  for (const id of others) {
    expect((await invoicesOf(api, id))[0]).toMatchObject({
      status: 'FINALIZED',
      total: 14,
      verification: { events_read: 1 },
    })
  }
})

test('a damaged segment of the sealed log holds only those whose events are in it', async () => {
  const { api, customerId, rateCardId } = await createBilled()
  const other = await createdId(api, '/v1/customers', { name: 'x', ingest_aliases: ['x'] })
  await createdId(api, '/v1/contracts/create', {
    customer_id: other,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const events = ['d', 'e'].map((id) => completion(id, '2026-03-05T10:00:00Z', { tokens: 7 }))
  await api.call(
    'POST',
    '/v1/ingest',
    events.map((event) => ({ ...event, customer_id: 'x' })),
  )
  expect(await sealLog(meterOf(api), api.environmentId)).toBe(1)
  // Three events of the one are in the first two segments, and two of the other in the last.
  const [{ n }] = (await onMeter(api, 'SELECT max(number) AS n FROM segments')) as [{ n: number }]
  expect(n).toBe(2)
  const flip = (number: number) =>
    onMeter(
      api,
      `UPDATE segments SET body = CAST(substr(body, 1, length(body) - 1) || x'5a' AS BLOB) WHERE number = ?`,
      number,
    )
  await flip(2)
  const { held_back } = await advance(api)
  expect(held_back).toMatchObject([{ customer_id: other, code: 'log_damaged' }])
  expect((await invoicesOf(api, customerId))[0]).toMatchObject({ status: 'FINALIZED', total: 30 })
  expect((await heldOf(api)).data).toMatchObject([
    { customer_id: other, message: expect.stringContaining('segment 2: its SHA-256 is another') },
  ])
})

test('what was changed in a final invoice, beside it, or in its log is told', async () => {
  const { api, customerId } = await createBilled()
  await advance(api)
  const [final] = await invoicesOf(api, customerId)
  const account = () => accountOf(bindings, api.environmentId, customerId)
  const changeText = (from: string, to: string) =>
    runInDurableObject(account(), (_, { storage }) => {
      const sql = 'SELECT bytes FROM invoice_pieces'
      const { bytes } = storage.sql.exec<{ bytes: ArrayBuffer }>(sql).one()
      const text = new TextDecoder().decode(bytes).replace(from, to)
      storage.sql.exec('UPDATE invoice_pieces SET bytes = ?', new TextEncoder().encode(text))
    })
  await changeText('"total":"30"', '"total":"31"')
  const changed = await verify(api, customerId, final.id)
  expect(changed.differences).toMatchObject([
    { kind: 'total', expected: '30', found: '31' },
    { kind: 'document', name: 'total', expected: '31', found: '30' },
  ])
  await changeText('"total":"31"', '"total":"30"')
  expect(await verify(api, customerId, final.id)).toMatchObject(CLEAN)
  await runInDurableObject(account(), (_, { storage }) => {
    storage.sql.exec('UPDATE invoices SET issued_at = issued_at + 1')
  })
  const moved = await verify(api, customerId, final.id)
  expect(moved.differences).toMatchObject([{ kind: 'document', name: 'issuedAt' }])
  await onMeter(api, 'DELETE FROM chunks WHERE seq = 3')
  const lost = await verify(api, customerId, final.id)
  expect(lost.findings).toMatchObject([{ chunk: 3 }, { chunk: 3 }])
  expect(lost.differences).toContainEqual(
    expect.objectContaining({ kind: 'usage', line: 0, expected: '10', found: '15' }),
  )
})

test('an invoice is proven by what can matter to it: damage of what was accepted long before is left to the proof of all usage', async () => {
  const api = await createTestApi({ clockMs: Date.UTC(2026, 0, 1) })
  const { customerId, rateCardId, metricId } = await createOffering(api)
  const ingest = (id: string, timestamp: string) =>
    api.call('POST', '/v1/ingest', [completion(id, timestamp, { tokens: 5 })])
  await ingest('old', '2026-01-01T00:00:00Z')
  // A day and 35 more days before the period, an id is still remembered; accepted on 2 February.
  await advance(api, '2026-02-02T00:00:00Z')
  await ingest('again', '2026-02-02T00:00:00Z')
  await advance(api, '2026-03-20T00:00:00Z')
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-10T00:00:00Z',
  })
  await ingest('new', '2026-03-12T00:00:00Z')
  await ingest('again', '2026-03-12T00:00:00Z')
  await onMeter(api, `UPDATE chunks SET body = x'00', count = 7 WHERE seq = 1`)
  const [draft] = await invoicesOf(api, customerId)
  const lookback = await verify(api, customerId, draft.id)
  expect(lookback).toMatchObject({ findings: [{ chunk: 4 }], events_read: 3 })
  await onMeter(api, 'UPDATE chunks SET count = 1 WHERE seq = 1')
  expect(await verify(api, customerId, draft.id)).toMatchObject({ ...CLEAN, events_read: 3 })
  expect(await advance(api)).toMatchObject({ held_back: [] })
  const [final] = await invoicesOf(api, customerId)
  expect(final).toMatchObject({ status: 'FINALIZED', verification: { events_read: 3 } })
  const all = await api.call('POST', '/v1/usage/verify', {
    customer_id: customerId,
    billable_metric_ids: [metricId],
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  })
  expect(all.body.data).toMatchObject({ verified: false, events_read: 3 })
})

test('a customer with more events than one proof may take is held back, and can be released', async () => {
  const { api, customerId } = await createBilled()
  const account = accountOf(bindings, api.environmentId, customerId)
  const scale = (PROOF_SCALE?: string) =>
    runInDurableObject(account, (object) => {
      const own = object as unknown as { account: { env: Env } }
      own.account.env = { ...own.account.env, PROOF_SCALE }
    })
  // Two events of the customer, where there are three.
  await scale('0.0000004')
  // Alone: several are proven together by the bounds of a Worker.
  const { held_back } = await advance(api)
  const message = expect.stringContaining('that takes more than')
  expect(held_back).toMatchObject([{ customer_id: customerId, code: 'too_many_events', message }])
  const [{ invoice_id }] = (await heldOf(api)).data
  const verified = `/v1/customers/${customerId}/invoices/${invoice_id}/verify`
  expect(await api.call('POST', verified)).toMatchObject({ status: 413 })
  const words = { customer_id: customerId, invoice_id, expected_total: 30, reason: 'counted' }
  const released = await api.call('POST', '/v1/invoices/held/release', words)
  expect(released.body.data).toMatchObject({
    status: 'FINALIZED',
    release: { finding: { code: 'too_many_events' } },
  })
  await scale()
  expect(await verify(api, customerId, invoice_id)).toMatchObject(CLEAN)
})

test('only invoices that there are, are verified', async () => {
  const { api, customerId } = await createBilled()
  const path = (customer: string) => `/v1/customers/${customer}/invoices/${UNKNOWN_ID}/verify`
  expect(await api.call('POST', path(customerId))).toMatchObject({ status: 404 })
  expect(await api.call('POST', path(UNKNOWN_ID))).toMatchObject({ status: 404 })
})
