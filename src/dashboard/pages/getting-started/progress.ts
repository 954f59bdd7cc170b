import type { Contract, Customer, Environment, Invoice, Metric } from '../../api/answers.ts'
import { get, request } from '../../api/request.ts'
import { readAll, readPage } from '../../api/use-pages.ts'
import type { Progress } from './tour-progress.ts'
import { eventId, TOUR } from './tour.ts'

interface Product {
  id: string
  current: { name: string; billable_metric_id?: string }
}

interface RateCard {
  id: string
  aliases: { name: string }[]
}

const LONG_AGO = '2020-01-01T00:00:00Z'

type Signal = AbortSignal | undefined

/** Finds what the tour has made, by the names that it gives: it can be left and taken up again. */
export async function readProgress(isSandbox: boolean, signal?: AbortSignal): Promise<Progress> {
  const [environment, isFrozen, offering, customerId] = await Promise.all([
    get<{ data: Environment }>('/v1/environment', {}, signal),
    isSandbox && readIsFrozen(signal),
    readOffering(signal),
    findCustomer(signal),
  ])
  const sold = customerId === undefined ? { eventCount: 0 } : await readSold(customerId, signal)
  const { now, settings } = environment.data
  return { now, graceHours: settings.grace_hours, isFrozen, ...offering, ...sold }
}

async function readIsFrozen(signal: Signal): Promise<boolean> {
  const { data } = await get<{ data: { frozen: boolean } }>('/v1/sandboxes/clock', {}, signal)
  return data.frozen
}

async function readOffering(signal: Signal) {
  const all = { ...(signal && { signal }) }
  const [metrics, products, cards] = await Promise.all([
    readAll<Metric>({ path: '/v1/billable-metrics', limit: 100 }, all),
    readAll<Product>({ path: '/v1/contract-pricing/products/list', body: {}, limit: 100 }, all),
    readAll<RateCard>({ path: '/v1/contract-pricing/rate-cards/list', body: {}, limit: 100 }, all),
  ])
  const metric = metrics.find(isOfTour)
  const product = products.find(
    ({ current }) =>
      metric !== undefined &&
      current.name === TOUR.product &&
      current.billable_metric_id === metric.id,
  )
  const card = cards.find(({ aliases }) => aliases.some(({ name }) => name === TOUR.card))
  return {
    ...(metric && { metricId: metric.id }),
    ...(product && { productId: product.id }),
    ...(card && { [(await hasRates(card.id, signal)) ? 'cardId' : 'bareCardId']: card.id }),
  }
}

/** Another metric may have the name of the tour's: one that counts otherwise is not it. */
function isOfTour({ name, aggregation_key: key, group_keys: groups = [] }: Metric): boolean {
  return name === TOUR.metric && key === 'tokens' && groups.some((keys) => keys.join() === 'model')
}

async function hasRates(cardId: string, signal: Signal): Promise<boolean> {
  const path = '/v1/contract-pricing/rate-cards/getRateSchedule'
  // From long ago on, so that the tour's prices are found whatever the clock says.
  const body = { rate_card_id: cardId, starting_at: LONG_AGO }
  const { data } = await readPage<object>({ path, body, limit: 1 }, null, signal)
  return data.length > 0
}

async function findCustomer(signal: Signal): Promise<string | undefined> {
  const query = { ingest_alias: TOUR.alias }
  const { data } = await get<{ data: Customer[] }>('/v1/customers', query, signal)
  // Somebody else may go by the alias of the tour's customer.
  return data.find(({ name }) => name === TOUR.customer)?.id
}

async function readSold(customerId: string, signal: Signal) {
  const asked = { ...(signal && { signal }) }
  const ofCustomer = { customer_id: customerId }
  const invoices = { path: `/v1/customers/${customerId}/invoices`, limit: 100 }
  const [contracts, events, drafts, finalized] = await Promise.all([
    ask<{ data: Contract[] }>('/v2/contracts/list', ofCustomer, signal),
    countEvents(customerId, signal),
    readAll<Invoice>({ ...invoices, query: { status: 'DRAFT' } }, { ...asked, pagesMax: 1 }),
    readAll<Invoice>({ ...invoices, query: { status: 'FINALIZED' } }, { ...asked, pagesMax: 1 }),
  ])
  const contract = contracts.data.find(({ uniqueness_key: key }) => key === TOUR.contract)
  const draft = drafts.find(({ line_items: lines }) => lines.length > 0)
  const isOver = finalized[0] !== undefined
  return {
    customerId,
    ...(contract && { contractId: contract.id }),
    eventCount: events,
    ...(draft && { draft }),
    ...(isOver && { finalized: finalized[0] }),
  }
}

/** Of the tour's own events; the customer's id keeps those of other tours out. */
async function countEvents(customerId: string, signal: Signal): Promise<number> {
  const body = { transactionIds: TOUR.events.map(({ id }) => eventId(customerId, id)) }
  return (await ask<object[]>('/v1/events/search', body, signal)).length
}

function ask<Answer>(path: string, body: object, signal: Signal): Promise<Answer> {
  return request<Answer>('POST', path, { body, ...(signal && { signal }) })
}
