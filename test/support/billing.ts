import { env } from 'cloudflare:workers'
import { asc, eq } from 'drizzle-orm'
import { ingestBatch } from '../../src/actions/ingest-batch.ts'
import type { Product, ProductState } from '../../src/core/catalog/product.ts'
import type { RateCard } from '../../src/core/catalog/rate-card.ts'
import type { ContractInput } from '../../src/core/contracts/create-contract.ts'
import type { Environment } from '../../src/core/environment.ts'
import type { InvoiceQuery } from '../../src/core/invoices/invoice-query.ts'
import type { StreamingMetric } from '../../src/core/metering/metric.ts'
import { DAY_MS, formatTimestamp } from '../../src/core/time.ts'
import { insertCustomer } from '../../src/db/customers.ts'
import { openDatabase } from '../../src/db/database.ts'
import {
  bumpConfigVersion,
  currentConfigVersion,
  findEnvironment,
} from '../../src/db/environments.ts'
import {
  billableMetrics,
  dueWork,
  environments,
  invoices,
  products,
  rateCards,
  rates,
} from '../../src/db/schema.ts'
import type { Env } from '../../src/env.ts'
import { accountOf } from '../../src/objects/account.ts'
import { at, metric, product, rate, rateCard, type RateOptions } from './terms.ts'
import type { TestEvent } from './usage.ts'

export const bindings = env as unknown as Env
export const db = openDatabase(bindings.DB)

/** A customer of a fresh environment, with what is needed to bill it. */
export interface Billing {
  environmentId: string
  customerId: string
  rateCardId: string
  productId: string
  metricId: string
}

interface BillingOptions {
  environment?: Partial<Environment>
  metric?: Partial<StreamingMetric>
  state?: Partial<ProductState>
}

/** A card with one product that counts all events, without a rate yet. */
export async function createBilling(options: BillingOptions = {}): Promise<Billing> {
  const environmentId = crypto.randomUUID()
  const row = { kind: 'PRODUCTION' as const, name: 'test', clockMs: null, settings: {} }
  await db
    .insert(environments)
    .values({ id: environmentId, ...row, ...options.environment, createdAt: 0 })
  const metricId = await addMetric(environmentId, options.metric)
  const productId = await addProduct(environmentId, {
    billableMetricId: metricId,
    ...options.state,
  })
  const rateCardId = await addRateCard(environmentId)
  const customerId = await addCustomer(environmentId)
  return { environmentId, customerId, rateCardId, productId, metricId }
}

export async function addCustomer(environmentId: string): Promise<string> {
  const id = crypto.randomUUID()
  await insertCustomer(db, environmentId, {
    id,
    name: 'Acme',
    ingestAliases: [],
    salesforceAccountId: null,
    customFields: { crm: '7' },
    createdAt: 0,
    updatedAt: 0,
    archivedAt: null,
  })
  return id
}

export async function addMetric(
  environmentId: string,
  options: Partial<StreamingMetric> = {},
): Promise<string> {
  const { id: _, name, ...definition } = metric(options)
  const id = crypto.randomUUID()
  await db.batch([
    bumpConfigVersion(db, environmentId),
    db.insert(billableMetrics).values({
      id,
      environmentId,
      name,
      definition,
      version: currentConfigVersion(environmentId),
      createdAt: 0,
    }),
  ])
  return id
}

export async function addProduct(
  environmentId: string,
  state: Partial<ProductState>,
  options: Partial<Product> = {},
): Promise<string> {
  const id = crypto.randomUUID()
  await db.insert(products).values({ ...product({ ...options, id, state }), environmentId })
  return id
}

export async function addRateCard(
  environmentId: string,
  options: Partial<RateCard> = {},
): Promise<string> {
  const id = crypto.randomUUID()
  await db.insert(rateCards).values({ ...rateCard({ ...options, id }), environmentId })
  return id
}

/** Adds a rate for the product on the card. */
export async function addRate(
  { environmentId, rateCardId, productId }: Omit<Billing, 'customerId' | 'metricId'>,
  options: RateOptions = {},
): Promise<string> {
  const { sequence: _, ...row } = rate(options)
  const id = crypto.randomUUID()
  await db.insert(rates).values({ ...row, id, rateCardId, productId, environmentId })
  return id
}

export function account({ environmentId, customerId }: Billing) {
  return accountOf(bindings, environmentId, customerId)
}

/** Creates a contract on the card from the start of 2026 on, unless it says otherwise. */
export async function addContract(
  billing: Billing,
  input: Partial<ContractInput> = {},
  now = at('2026-01-01'),
): Promise<string> {
  const created = await account(billing).createContract(contractCall(billing, input, now))
  if (!created.ok) throw new Error(created.error.message)
  return created.value.id
}

export function contractCall(billing: Billing, input: Partial<ContractInput>, now: number) {
  const { environmentId, customerId, rateCardId } = billing
  return {
    environmentId,
    customerId,
    now,
    input: {
      id: crypto.randomUUID(),
      customerId,
      rateCardId,
      startingAt: at('2026-01-01'),
      customFields: {},
      createdBy: 'test',
      ...input,
    },
  }
}

/** Lets the meter take events of the customer. */
export async function ingest(billing: Billing, events: TestEvent[]): Promise<void> {
  const { environmentId, customerId } = billing
  const environment = await findEnvironment(db, environmentId)
  const outcome = await ingestBatch(bindings, environment!, {
    environmentId,
    configVersion: environment!.configVersion,
    acceptedAtMs: Date.now(),
    dedupeLifetimeMs: 35 * DAY_MS,
    events: JSON.stringify(
      events.map((event) => ({
        transaction_id: crypto.randomUUID(),
        customer_id: customerId,
        event_type: 'use',
        timestamp: formatTimestamp(at(event.at)),
        properties: {
          ...event.properties,
          ...(event.value === undefined ? {} : { n: event.value }),
        },
      })),
    ),
    rejected: [],
  })
  if (!outcome.ok) throw new Error(outcome.error.message)
}

/** The customer's invoices, by date of issue. */
export async function readInvoices(
  billing: Billing,
  now: string | number,
  query: Partial<InvoiceQuery> = {},
) {
  const { environmentId, customerId } = billing
  const page = await account(billing).listInvoices({
    environmentId,
    customerId,
    now: typeof now === 'string' ? at(now) : now,
    query: { sort: 'date_asc', limit: 100, after: null, ...query },
  })
  if (!page.ok) throw new Error(page.error.message)
  return page.value.invoices
}

/** Invoices as texts: `2026-01 FINALIZED 200`. */
export async function stateInvoices(billing: Billing, now: string | number): Promise<string[]> {
  return (await readInvoices(billing, now)).map(
    ({ startingAt, issuedAt, status, total }) =>
      `${formatTimestamp(startingAt ?? issuedAt).slice(0, 7)} ${status} ${total}`,
  )
}

export function readDueRows({ environmentId }: Billing) {
  return db
    .select()
    .from(dueWork)
    .where(eq(dueWork.environmentId, environmentId))
    .orderBy(asc(dueWork.dueAt), asc(dueWork.id))
}

export function readIndex({ environmentId }: Billing) {
  return db
    .select()
    .from(invoices)
    .where(eq(invoices.environmentId, environmentId))
    .orderBy(asc(invoices.issuedAt))
}
