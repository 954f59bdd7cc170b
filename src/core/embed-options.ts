import { isUuid } from './id.ts'
import { ok, refuse, type Result } from './result.ts'

export const DASHBOARDS = ['invoices', 'usage', 'commits_and_credits'] as const
export type Dashboard = (typeof DASHBOARDS)[number]

/** Colours of an embedded page that its owner may choose (invoices 10). */
export const COLOR_NAMES = [
  'Gray_dark',
  'Gray_medium',
  'Gray_light',
  'Gray_extralight',
  'White',
  'Primary_medium',
  'Primary_light',
  'UsageLine_0',
  'UsageLine_1',
  'UsageLine_2',
  'UsageLine_3',
  'UsageLine_4',
  'UsageLine_5',
  'UsageLine_6',
  'UsageLine_7',
  'UsageLine_8',
  'UsageLine_9',
  'Primary_green',
  'Primary_red',
  'Progress_bar',
  'Progress_bar_background',
  'Action',
  'Action_hover',
] as const
export type ColorName = (typeof COLOR_NAMES)[number]

const BOOLEAN = ['true', 'false']

/** What an option may be: one of some texts, or an id. */
const OPTIONS: Record<Dashboard, Record<string, readonly string[] | 'id'>> = {
  invoices: {
    show_zero_usage_line_items: BOOLEAN,
    hide_voided_invoices: BOOLEAN,
    contract_id: 'id',
    invoice_type: ['USAGE', 'SCHEDULED'],
    invoice_status_filter: ['VOID', 'FINALIZED', 'DRAFT', 'FINALIZED_AND_DRAFT', 'ALL'],
    billable_status_filter: ['BILLABLE', 'UNBILLABLE', 'ALL'],
  },
  usage: {},
  commits_and_credits: { hide_grant_name: BOOLEAN, credit_ledger_credit_type_id: 'id' },
}

/** The options of a dashboard by their keys (`invalid`: one that it does not have, or not so). */
export function readEmbedOptions(
  dashboard: Dashboard,
  options: readonly { key: string; value: string }[],
): Result<Record<string, string>> {
  const known = OPTIONS[dashboard]
  const read = new Map<string, string>()
  for (const [i, { key, value }] of options.entries()) {
    const at = `dashboard_options[${i}]`
    const allowed = Object.hasOwn(known, key) ? known[key] : undefined
    if (allowed === undefined) {
      const keys = Object.keys(known).join(', ') || 'none'
      return refuse('invalid', `${at}.key: ${dashboard} has the options: ${keys}`)
    }
    if (read.has(key)) return refuse('invalid', `${at}.key: ${key} is given twice`)
    if (allowed === 'id' ? !isUuid(value) : !allowed.includes(value)) {
      const expected = allowed === 'id' ? 'a UUID' : `one of ${allowed.join(', ')}`
      return refuse('invalid', `${at}.value: expected ${expected}`)
    }
    read.set(key, allowed === 'id' ? value.toLowerCase() : value)
  }
  return ok(Object.fromEntries(read))
}

const STATUSES: Record<string, readonly string[]> = {
  VOID: ['VOID'],
  FINALIZED: ['FINALIZED'],
  DRAFT: ['DRAFT'],
  FINALIZED_AND_DRAFT: ['FINALIZED', 'DRAFT'],
}

/** What of an invoice decides whether a page shows it, as the API names it. */
export interface EmbeddableInvoice {
  status: string
  type: string
  contract_id: string
  /** Absent: the customer is billed. */
  billable_status?: string | undefined
}

/** Whether a page with these options shows an invoice, which also decides what its token reads. */
export function showsInvoice(
  options: Readonly<Record<string, string>>,
  { status, type, contract_id, billable_status = 'billable' }: EmbeddableInvoice,
): boolean {
  const statuses = STATUSES[options['invoice_status_filter'] ?? 'ALL']
  if (statuses !== undefined && !statuses.includes(status)) return false
  if (options['hide_voided_invoices'] === 'true' && status === 'VOID') return false
  const ofType = type.startsWith('USAGE') ? 'USAGE' : 'SCHEDULED'
  if ((options['invoice_type'] ?? ofType) !== ofType) return false
  if ((options['contract_id'] ?? contract_id) !== contract_id) return false
  const asked = options['billable_status_filter'] ?? 'ALL'
  return asked === 'ALL' || asked === billable_status.toUpperCase()
}
