/**
 * What sockets are told of a customer's drafts. Members of invoices, lines and balances are JSON as
 * the API answers it; nothing here looks into them. This file stands alone, for clients to use.
 */

export interface LiveInvoice {
  id: string
  line_items: unknown[]
  [member: string]: unknown
}

export interface LiveBalance {
  id: string
  [member: string]: unknown
}

/** All drafts of a customer and what its commits and credits have left. */
export interface LiveState {
  /** Grows by one with each message that changes the state. */
  version: number
  invoices: LiveInvoice[]
  balances: LiveBalance[]
}

/** What became of a list: first items change, then some are removed, then some are added. */
export interface ListChange {
  /** By their places in the list as it was. */
  changed?: { at: number; item: unknown }[]
  removed?: number[]
  /** By their places in the list as it is now, in ascending order. */
  added?: { at: number; item: unknown }[]
}

export interface InvoiceChange {
  /** Members with another value, such as `total`. */
  set?: Record<string, unknown>
  /** Members that are gone. */
  unset?: string[]
  lines?: ListChange
}

export type LiveMessage =
  /** All of it, in place of whatever is known. */
  | ({ type: 'state' } & LiveState)
  | {
      type: 'changed'
      version: number
      /** Of drafts that were there already, by their ids. */
      invoices: Record<string, InvoiceChange>
      /** Drafts that came or went; those that stay keep their order. */
      drafts: ListChange
      balances: ListChange
    }
  /** The drafts changed, and are too large to be sent: they are to be read again. */
  | { type: 'resync'; version: number }

/**
 * The state after a message. Null where it has to be read again: after `resync`, and where messages
 * are missing in between.
 */
export function applyChange(state: LiveState | null, message: LiveMessage): LiveState | null {
  if (message.type === 'resync') return null
  if (message.type === 'state') {
    const { version, invoices, balances } = message
    return { version, invoices, balances }
  }
  if (state === null || message.version !== state.version + 1) return null
  const changes = new Map(Object.entries(message.invoices))
  const invoices = state.invoices.map((invoice) => {
    const change = changes.get(invoice.id)
    return change === undefined ? invoice : changeInvoice(invoice, change)
  })
  return {
    version: message.version,
    invoices: changeList(invoices, message.drafts) as LiveInvoice[],
    balances: changeList(state.balances, message.balances) as LiveBalance[],
  }
}

function changeInvoice(invoice: LiveInvoice, change: InvoiceChange): LiveInvoice {
  const { set = {}, unset = [], lines = {} } = change
  const gone = new Set(unset)
  const kept = Object.entries({ ...invoice, ...set }).filter(([name]) => !gone.has(name))
  const line_items = changeList(invoice.line_items, lines)
  return { ...(Object.fromEntries(kept) as LiveInvoice), line_items }
}

function changeList(
  items: readonly unknown[],
  { changed = [], removed = [], added = [] }: ListChange,
): unknown[] {
  const list = [...items]
  for (const { at, item } of changed) list[at] = item
  const gone = new Set(removed)
  const kept = list.filter((_, at) => !gone.has(at))
  const result: unknown[] = []
  let next = 0
  for (const { at, item } of added) {
    while (result.length < at) result.push(kept[next++])
    result.push(item)
  }
  return [...result, ...kept.slice(next)]
}

/** The message that turns one state into another; null where they are equal but for the version. */
export function diffStates(
  before: LiveState,
  after: Omit<LiveState, 'version'>,
): Extract<LiveMessage, { type: 'changed' }> | null {
  const known = new Map(before.invoices.map((invoice) => [invoice.id, invoice]))
  const invoices: Record<string, InvoiceChange> = {}
  // What stays is changed by its members; the list says what came and went.
  const idOf = (item: unknown) => (item as { id: string }).id
  const drafts = diffLists(
    before.invoices,
    after.invoices,
    idOf,
    (was, is) => idOf(was) === idOf(is),
  )
  const added = new Set(drafts.added?.map(({ item }) => idOf(item)))
  for (const invoice of after.invoices) {
    const was = known.get(invoice.id)
    if (was === undefined || added.has(invoice.id)) continue
    const change = diffInvoices(was, invoice)
    if (change !== null) invoices[invoice.id] = change
  }
  const balances = diffLists(before.balances, after.balances, idOf)
  const changes = [invoices, drafts, balances]
  if (changes.every((change) => Object.keys(change).length === 0)) return null
  return { type: 'changed', version: before.version + 1, invoices, drafts, balances }
}

function diffInvoices(before: LiveInvoice, after: LiveInvoice): InvoiceChange | null {
  const { line_items: linesBefore, ...was } = before
  const { line_items: linesAfter, ...is } = after
  const changed = Object.entries(is).filter(([name, value]) => !isSame(was[name], value))
  const gone = Object.keys(was).filter((name) => !(name in is))
  const lines = diffLists(linesBefore, linesAfter, lineName)
  const change: InvoiceChange = {
    ...(changed.length > 0 && { set: Object.fromEntries(changed) }),
    ...(gone.length > 0 && { unset: gone }),
    ...(Object.keys(lines).length > 0 && { lines }),
  }
  return Object.keys(change).length === 0 ? null : change
}

/**
 * What became of a list. Items that are called the same are one item that may have changed, as far
 * as they keep their order; the others are removed and added.
 */
function diffLists(
  before: readonly unknown[],
  after: readonly unknown[],
  nameOf: (item: unknown) => string,
  isEqual: (was: unknown, is: unknown) => boolean = isSame,
): ListChange {
  const places = new Map<string, number[]>()
  for (const [at, item] of before.entries()) {
    const name = nameOf(item)
    const own = places.get(name)
    if (own === undefined) places.set(name, [at])
    else own.push(at)
  }
  const changed: { at: number; item: unknown }[] = []
  const added: { at: number; item: unknown }[] = []
  const kept = new Set<number>()
  let last = -1
  for (const [at, item] of after.entries()) {
    const from = places.get(nameOf(item))?.find((place) => place > last)
    if (from === undefined) {
      added.push({ at, item })
      continue
    }
    kept.add(from)
    last = from
    if (!isEqual(before[from], item)) changed.push({ at: from, item })
  }
  const removed = [...before.keys()].filter((at) => !kept.has(at))
  return {
    ...(changed.length > 0 && { changed }),
    ...(removed.length > 0 && { removed }),
    ...(added.length > 0 && { added }),
  }
}

/** What a line is for, whatever it comes to: amounts change, these members do not. */
const LINE_MEMBERS = [
  'type',
  'product_id',
  'starting_at',
  'ending_before',
  'pricing_group_values',
  'presentation_group_values',
  'tier',
  'subscription_id',
  'scheduled_charge_id',
  'commit_id',
  'commit_segment_id',
  'name',
]

function lineName(line: unknown): string {
  const members = line as Record<string, unknown>
  return JSON.stringify(LINE_MEMBERS.map((name) => members[name] ?? null))
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
