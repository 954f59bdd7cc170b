import { propertyOf } from '../../../core/metering/property.ts'
import type { ContractRate, Explanation, FoundEvent, Invoice, Metric } from '../../api/answers.ts'
import { readAll, readPage } from '../../api/use-pages.ts'

/** A line of an invoice that counts an event. */
export interface FoundLine {
  invoice: Invoice
  line: Explanation
}

/** Where an event landed. */
export interface Landing {
  lines: FoundLine[]
  /** Of the metrics that count it and have no line: the rates that come nearest. */
  nearest: NearRate[]
  /** Usage invoices were there for the event's time. */
  hasInvoice: boolean
}

export interface NearRate {
  rate: ContractRate
  /** The dimensions whose value the event does not have. */
  differs: string[]
}

const INVOICES_MAX = 100
const NEAREST_MAX = 3

/** Looks through the customer's invoices of the event's time, drafts included. */
export async function findLines(event: FoundEvent, signal: AbortSignal): Promise<Landing> {
  const customer = event.matched_customer
  if (customer === undefined) return { lines: [], nearest: [], hasInvoice: false }
  const path = `/v1/customers/${customer.id}/invoices`
  const query = { type: 'USAGE', ending_before: lastInstant(event) }
  const asked = { path, query: { ...query, sort: 'date_desc' }, limit: INVOICES_MAX }
  const { data } = await readPage<Invoice>(asked, null, signal)
  const invoices = data.filter((invoice) => invoice.status !== 'VOID' && covers(invoice, event))
  const lines: FoundLine[] = []
  for (const invoice of invoices) {
    const question = { path: `${path}/${invoice.id}/explain`, query: { skip_event_counts: true } }
    const explained = await readAll<Explanation>(question, { signal })
    lines.push(
      ...explained.filter((line) => counts(line, event)).map((line) => ({ invoice, line })),
    )
  }
  const isMissing = lines.length === 0 && event.matched_billable_metrics.length > 0
  const nearest = isMissing ? await findNearest(event, customer.id, invoices, signal) : []
  return { lines, nearest, hasInvoice: invoices.length > 0 }
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
  return covers(span, event) && Object.entries(values).every((pair) => hasValue(event, ...pair))
}

function hasValue(event: FoundEvent, name: string, value: string | null): boolean {
  return (propertyOf({ properties: event.properties ?? {} }, name) ?? null) === value
}

/** The rates of the contracts' cards whose dimensions the event misses by least. */
async function findNearest(
  event: FoundEvent,
  customerId: string,
  invoices: readonly Invoice[],
  signal: AbortSignal,
): Promise<NearRate[]> {
  const contractIds = [...new Set(invoices.map(({ contract_id }) => contract_id))]
  const rates: ContractRate[] = []
  for (const contractId of contractIds) {
    const body = { customer_id: customerId, contract_id: contractId, at: event.timestamp }
    const question = { path: '/v1/contracts/getContractRateSchedule', body }
    rates.push(...(await readAll<ContractRate>(question, { pagesMax: 5, signal })))
  }
  return rates
    .map((rate) => ({ rate, differs: differences(rate, event) }))
    .filter(
      ({ rate, differs }) => differs.length < Object.keys(rate.pricing_group_values ?? {}).length,
    )
    .sort((a, b) => a.differs.length - b.differs.length)
    .slice(0, NEAREST_MAX)
}

function differences({ pricing_group_values: values = {} }: ContractRate, event: FoundEvent) {
  return Object.entries(values)
    .filter(([name, value]) => !hasValue(event, name, value))
    .map(([name]) => name)
}

/** Why an event is on no invoice, as far as can be told; null when it is on one. */
export function whyNowhere(event: FoundEvent, landing: Landing, metrics: readonly Metric[]) {
  if (landing.lines.length > 0) return null
  if (event.is_duplicate) return 'It is a duplicate: the first event of this transaction id counts.'
  if (event.matched_customer === undefined) {
    return `No customer has “${event.customer_id}” as id or ingest alias. Once one has, it counts for them.`
  }
  if (event.matched_billable_metrics.length === 0) {
    return metrics.length === 0
      ? 'There are no billable metrics yet.'
      : 'No billable metric counts it.'
  }
  if (!landing.hasInvoice)
    return `${event.matched_customer.name} has no contract that covers this time.`
  return 'The customer’s rate card has no rate for it, or the product is not on the contract.'
}
