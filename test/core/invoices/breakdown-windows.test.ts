import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  placeOf,
  selectBreakdowns,
  type BreakdownQuery,
  type InvoiceWindow,
} from '../../../src/core/invoices/breakdown-windows.ts'
import type { InvoiceSummary } from '../../../src/core/invoices/invoice.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { at } from '../../support/terms.ts'

function usage(id: string, from: string, to: string, changes: Partial<InvoiceSummary> = {}) {
  const summary: InvoiceSummary = {
    id,
    contractId: 'contract',
    type: 'USAGE',
    status: 'DRAFT',
    startingAt: at(from),
    endingBefore: at(to),
    issuedAt: at(to) + DAY_MS,
    creditTypeId: 'usd',
    ...changes,
  }
  return summary
}

function ask(changes: Partial<BreakdownQuery> = {}): BreakdownQuery {
  const range = { startMs: at('2026-01-01'), endMs: at('2027-01-01') }
  return { size: 'DAY', sort: 'date_asc', limit: 100, after: null, ...range, ...changes }
}

function show({ windows, hasMore }: { windows: InvoiceWindow[]; hasMore: boolean }) {
  const hour = (ms: number) => new Date(ms).toISOString().slice(5, 13)
  const shown = windows.map((each) => {
    return `${each.invoice.id} ${hour(each.startMs)}..${hour(each.endMs)}`
  })
  return hasMore ? [...shown, '…'] : shown
}

test('windows are days of UTC, cut where the period starts and ends', () => {
  const invoices = [usage('a', '2026-03-01T10', '2026-03-03T06')]
  expect(show(selectBreakdowns(invoices, ask()))).toEqual([
    'a 03-01T10..03-02T00',
    'a 03-02T00..03-03T00',
    'a 03-03T00..03-03T06',
  ])
})

test('only windows wholly within the asked-for time are shown', () => {
  const invoices = [usage('a', '2026-03-01', '2026-04-01')]
  const query = ask({ startMs: at('2026-03-02T01'), endMs: at('2026-03-04T23') })
  expect(show(selectBreakdowns(invoices, query))).toEqual(['a 03-03T00..03-04T00'])
  expect(show(selectBreakdowns(invoices, { ...query, endMs: at('2026-03-03T23') }))).toEqual([])
  const none = selectBreakdowns(invoices, { ...query, size: 'NONE' })
  expect(show(none)).toEqual([])
})

test('a page covers 35 days or 24 hours from its first window, and goes on after it', () => {
  const invoices = [usage('a', '2026-03-01', '2026-06-01')]
  const page = selectBreakdowns(invoices, ask())
  expect([page.windows.length, page.hasMore]).toEqual([35, true])
  const next = selectBreakdowns(invoices, ask({ after: placeOf(page.windows.at(-1)!) }))
  expect(show(next)[0]).toBe('a 04-05T00..04-06T00')
  const hours = selectBreakdowns(invoices, ask({ size: 'HOUR', sort: 'date_desc' }))
  expect([hours.windows.length, hours.hasMore]).toEqual([24, true])
  expect(show(hours)[0]).toBe('a 05-31T23..06-01T00')
})

test('void and scheduled invoices have no windows; status and unit choose among the others', () => {
  const invoices = [
    usage('void', '2026-03-01', '2026-03-02', { status: 'VOID' }),
    usage('fixed', '2026-03-01', '2026-03-02', { type: 'SCHEDULED' }),
    usage('final', '2026-03-01', '2026-03-02', { status: 'FINALIZED' }),
    usage('euro', '2026-03-01', '2026-03-02', { creditTypeId: 'eur' }),
  ]
  expect(show(selectBreakdowns(invoices, ask())).map((row) => row.split(' ')[0])).toEqual([
    'euro',
    'final',
  ])
  expect(show(selectBreakdowns(invoices, ask({ status: 'DRAFT' })))).toHaveLength(1)
  expect(show(selectBreakdowns(invoices, ask({ creditTypeId: 'usd' })))).toHaveLength(1)
})

test('pages of any size, in either order, show every window once', () => {
  const invoices = [
    usage('a', '2026-03-01', '2026-03-05'),
    usage('b', '2026-03-01T07', '2026-03-03T02'),
    usage('c', '2026-05-20', '2026-05-22'),
    usage('d', '2026-05-20', '2026-07-20'),
  ]
  const size = fc.constantFrom('HOUR' as const, 'DAY' as const, 'NONE' as const)
  const sort = fc.constantFrom('date_asc' as const, 'date_desc' as const)
  fc.assert(
    fc.property(size, sort, fc.integer({ min: 7, max: 100 }), (asked, order, limit) => {
      const seen: string[] = []
      let after: BreakdownQuery['after'] = null
      for (;;) {
        const page = selectBreakdowns(invoices, ask({ size: asked, sort: order, limit, after }))
        seen.push(...page.windows.map((each) => JSON.stringify(placeOf(each))))
        const last = page.windows.at(-1)
        if (!page.hasMore || last === undefined) break
        after = placeOf(last)
      }
      const hours = 96 + 43 + 48 + 61 * 24
      const count = { HOUR: hours, DAY: 4 + 3 + 2 + 61, NONE: 4 }[asked]
      expect([seen.length, new Set(seen).size]).toEqual([count, count])
    }),
    { numRuns: 30 },
  )
})
