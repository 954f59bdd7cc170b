import { expect, test } from 'vitest'
import { receiptsOf } from '../../../src/core/metering/receipt.ts'
import { eventOf, metricOf } from './builders.ts'

const valid = (index: number, transactionId: string, ingestId = 'acme') => {
  return { index, raw: {}, event: eventOf({ transactionId, ingestId, properties: { zone: 'eu' } }) }
}

test('receipts come in the order of the request, duplicates counted among the valid events', () => {
  const receipts = receiptsOf({
    valid: [valid(1, 'b'), valid(2, 'b'), valid(4, 'e', 'unknown')],
    rejected: [
      { index: 0, transactionId: null, ingestId: null, message: 'no', raw: 7 },
      { index: 3, transactionId: 'd', ingestId: 'acme', message: 'late', raw: {} },
    ],
    duplicates: [1],
    metrics: [],
    holders: new Map([['acme', { id: 'C', name: 'Acme' }]]),
  })
  const nothing = { matched: [], unmatched: [] }
  const acme = { id: 'C', name: 'Acme' }
  expect(receipts).toEqual([
    {
      index: 0,
      transactionId: null,
      status: 'rejected',
      customer: null,
      ...nothing,
      message: 'no',
    },
    { index: 1, transactionId: 'b', status: 'accepted', customer: acme, ...nothing },
    { index: 2, transactionId: 'b', status: 'duplicate', customer: acme, ...nothing },
    {
      index: 3,
      transactionId: 'd',
      status: 'rejected',
      customer: null,
      ...nothing,
      message: 'late',
    },
    { index: 4, transactionId: 'e', status: 'accepted', customer: null, ...nothing },
  ])
})

test('a metric that does not match says which condition failed first', () => {
  const metrics = [
    metricOf({ id: 'all', name: 'All' }),
    metricOf({ id: 'pages', name: 'Pages', eventTypeFilter: { inValues: ['page', 'click'] } }),
    metricOf({ id: 'none', name: 'None', eventTypeFilter: { notInValues: ['call'] } }),
    metricOf({ id: 'us', name: 'US', propertyFilters: [{ name: 'zone', inValues: ['us'] }] }),
    metricOf({
      id: 'not-eu',
      name: 'Not EU',
      propertyFilters: [{ name: 'zone', notInValues: ['eu'] }],
    }),
    metricOf({
      id: 'no-zone',
      name: 'No zone',
      propertyFilters: [{ name: 'zone', exists: false }],
    }),
    metricOf({ id: 'sized', name: 'Sized', propertyFilters: [{ name: 'size', exists: true }] }),
    metricOf({ id: 'by-team', name: 'By team', groupKeys: [['zone', 'team']] }),
  ]
  const holders = new Map<string, { id: string; name: string }>()
  const [receipt] = receiptsOf({
    valid: [valid(0, 'a')],
    rejected: [],
    duplicates: [],
    metrics,
    holders,
  })
  expect(receipt!.matched).toEqual([{ id: 'all', name: 'All' }])
  expect(receipt!.unmatched.map(({ id, reason }) => [id, reason])).toEqual([
    ['pages', 'The metric needs that event_type is one of "page", "click".'],
    ['none', 'The metric needs that event_type is none of "call".'],
    ['us', 'The metric needs that zone is one of "us".'],
    ['not-eu', 'The metric needs that zone is none of "eu".'],
    ['no-zone', 'The metric needs that zone is absent.'],
    ['sized', 'The metric needs that size is present.'],
    ['by-team', 'The metric needs that team is present, as a group key needs it.'],
  ])
})
