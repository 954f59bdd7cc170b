import { propertyOf } from '../../../core/metering/property.ts'
import type { ContractRate, Explanation, FoundEvent, Invoice, Metric } from '../../api/answers.ts'
import { readAll, readPage } from '../../api/use-pages.ts'
import type { Product } from '../offering/answers.ts'

/** A line of an invoice that counts an event. */
export interface FoundLine {
  invoice: Invoice
  line: Explanation
}

/** Where an event landed by one of the metrics that count it. */
export interface MetricLanding {
  metric: Pick<Metric, 'id' | 'name'>
  lines: FoundLine[]
  /** Products that bill the metric and have a rate on the customer's contracts. */
  products: string[]
  /** Where there is no line: the rates of the metric that come nearest. */
  nearest: NearRate[]
}

export interface Landing {
  metrics: MetricLanding[]
  /** Usage invoices were there for the event's time. */
  hasInvoice: boolean
}

export interface NearRate {
  rate: ContractRate
  /** The dimensions whose value the event does not have, with the event's. */
  differs: { name: string; value: string | undefined }[]
}

const INVOICES_MAX = 100
const NEAREST_MAX = 3

/** Looks through the customer's invoices of the event's time, drafts included. */
export async function findLines(event: FoundEvent, signal: AbortSignal): Promise<Landing> {
  const { matched_customer: customer, matched_billable_metrics: matched } = event
  if (customer === undefined) return { metrics: [], hasInvoice: false }
  const invoices = await findInvoices(event, customer.id, signal)
  const lines: FoundLine[] = []
  for (const invoice of invoices) {
    const path = `/v1/customers/${customer.id}/invoices/${invoice.id}/explain`
    const question = { path, query: { skip_event_counts: true } }
    const explained = await readAll<Explanation>(question, { signal })
    lines.push(
      ...explained.filter((line) => counts(line, event)).map((line) => ({ invoice, line })),
    )
  }
  const linesOf = ({ id }: Metric) => lines.filter(({ line }) => line.billable_metric?.id === id)
  const isMissing = matched.some((metric) => linesOf(metric).length === 0)
  const priced = isMissing ? await readRates(event, customer.id, { invoices, signal }) : []
  const metrics = matched.map((metric) => {
    const rates = priced.filter(({ metricId }) => metricId === metric.id).map(({ rate }) => rate)
    const found = linesOf(metric)
    return {
      metric,
      lines: found,
      products: [...new Set(rates.map(({ product_name }) => product_name))],
      nearest: found.length > 0 ? [] : findNearest(rates, event),
    }
  })
  return { metrics, hasInvoice: invoices.length > 0 }
}

async function findInvoices(event: FoundEvent, customerId: string, signal: AbortSignal) {
  const path = `/v1/customers/${customerId}/invoices`
  const query = { type: 'USAGE', ending_before: lastInstant(event), sort: 'date_desc' }
  const { data } = await readPage<Invoice>({ path, query, limit: INVOICES_MAX }, null, signal)
  return data.filter((invoice) => invoice.status !== 'VOID' && covers(invoice, event))
}

/** Drafts of the period end after the event by far less than this. */
function lastInstant({ timestamp }: FoundEvent): string {
  return new Date(Date.parse(timestamp) + 400 * 86_400_000).toISOString()
}

function covers(
  { start_timestamp, end_timestamp }: Pick<Invoice, 'start_timestamp' | 'end_timestamp'>,
  { timestamp }: FoundEvent,
): boolean {
  const at = Date.parse(timestamp)
  if (start_timestamp === undefined || end_timestamp === undefined) return false
  return at >= Date.parse(start_timestamp) && at < Date.parse(end_timestamp)
}

function counts({ line_item: line, billable_metric }: Explanation, event: FoundEvent): boolean {
  if (!event.matched_billable_metrics.some(({ id }) => id === billable_metric?.id)) return false
  const { starting_at, ending_before, pricing_group_values, presentation_group_values } = line
  const span = { start_timestamp: starting_at, end_timestamp: ending_before }
  const values = { ...presentation_group_values, ...pricing_group_values }
  return (
    covers(span, event) &&
    Object.entries(values).every(([name, value]) => valueOf(event, name) === (value ?? undefined))
  )
}

function valueOf(event: FoundEvent, name: string): string | undefined {
  return propertyOf({ properties: event.properties ?? {} }, name)
}

/** What the customer's contracts pay at the event's time, with the metric that each rate is for. */
async function readRates(
  event: FoundEvent,
  customerId: string,
  { invoices, signal }: { invoices: readonly Invoice[]; signal: AbortSignal },
): Promise<{ rate: ContractRate; metricId: string | undefined }[]> {
  const contractIds = [...new Set(invoices.map(({ contract_id }) => contract_id))]
  const rates: ContractRate[] = []
  for (const contractId of contractIds) {
    const body = { customer_id: customerId, contract_id: contractId, at: event.timestamp }
    const question = { path: '/v1/contracts/getContractRateSchedule', body }
    rates.push(...(await readAll<ContractRate>(question, { pagesMax: 5, signal })))
  }
  const ids = [...new Set(rates.map(({ product_id }) => product_id))]
  if (ids.length === 0) return []
  const body = { archive_filter: 'ALL', ids }
  const path = '/v1/contract-pricing/products/list'
  const products = await readAll<Product>({ path, body }, { pagesMax: 5, signal })
  const metricOf = new Map(products.map(({ id, current }) => [id, current.billable_metric_id]))
  return rates.map((rate) => ({ rate, metricId: metricOf.get(rate.product_id) }))
}

/** The rates whose dimensions the event misses by least. */
function findNearest(rates: readonly ContractRate[], event: FoundEvent): NearRate[] {
  return rates
    .map((rate) => ({ rate, differs: differences(rate, event) }))
    .sort((a, b) => a.differs.length - b.differs.length || closeness(b) - closeness(a))
    .slice(0, NEAREST_MAX)
}

function differences({ pricing_group_values: values = {} }: ContractRate, event: FoundEvent) {
  return Object.entries(values).flatMap(([name, wanted]) => {
    const value = valueOf(event, name)
    return value === wanted ? [] : [{ name, value }]
  })
}

/** How much of the texts of a rate's values the event's values begin or end alike. */
function closeness({ rate, differs }: NearRate): number {
  return differs.reduce((sum, { name, value = '' }) => {
    const wanted = rate.pricing_group_values?.[name] ?? ''
    return sum + sharedStart(wanted, value) + sharedStart(reversed(wanted), reversed(value))
  }, 0)
}

function sharedStart(a: string, b: string): number {
  let length = 0
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1
  return length
}

function reversed(text: string): string {
  return [...text].toReversed().join('')
}

/** Why an event is on no invoice at all, as far as can be told; null where its metrics say more. */
export function whyNowhere(
  event: FoundEvent,
  landing: Landing,
  metrics: readonly unknown[],
): string | null {
  if (event.is_duplicate) return 'It is a duplicate: the first event of this transaction id counts.'
  if (event.matched_customer === undefined) {
    return `No customer has “${event.customer_id}” as id or ingest alias. Once one has, it counts for them.`
  }
  if (event.matched_billable_metrics.length === 0) {
    return metrics.length === 0
      ? 'There are no billable metrics yet.'
      : 'No billable metric counts it.'
  }
  if (landing.hasInvoice) return null
  return `${event.matched_customer.name} has no contract that covers this time.`
}

/** Why one metric that counts an event puts it on no line. */
export function whyUnpriced({ products, nearest }: MetricLanding): string {
  if (products.length === 0) {
    return 'No product that bills it has a rate on the customer’s contract: it is counted and not priced.'
  }
  const [first] = nearest
  if (first === undefined || first.differs.length === 0) {
    return `The contract has a rate for ${products.join(' and ')}, but no line: it may not be entitled, or charge by another filter.`
  }
  const values = first.differs.map(({ name, value }) =>
    value === undefined ? `no ${name}` : `${name} = ${value}`,
  )
  return `${products.join(' and ')} has no rate for ${values.join(', ')}.`
}
