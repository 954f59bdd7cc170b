import { expect, test } from 'vitest'
import { jsonNumber } from '../../../src/core/json-number.ts'
import { sdkCall } from '../../../src/dashboard/pages/getting-started/sdk-call.ts'

test('a call that fits stands on one line', () => {
  expect(sdkCall('c', 'v1.customers.create', { name: "A's" })).toBe(
    "const c = await client.v1.customers.create({ name: 'A\\'s' })",
  )
})

test('a longer one is broken where it is nested', () => {
  const body = { name: 'Tokens', group_keys: [['model']], property_filters: [{ exists: true }] }
  expect(sdkCall('metric', 'v1.billableMetrics.create', body)).toBe(
    [
      'const metric = await client.v1.billableMetrics.create({',
      "  name: 'Tokens',",
      "  group_keys: [['model']],",
      '  property_filters: [{ exists: true }],',
      '})',
    ].join('\n'),
  )
})

test('arguments follow each other', () => {
  expect(sdkCall(null, 'post', '/v1/x', { body: { now: '2026-12-02' } })).toBe(
    "await client.post('/v1/x', { body: { now: '2026-12-02' } })",
  )
})

test('numbers keep the digits that were typed', () => {
  const body = { priority: jsonNumber('1.50'), amounts: [jsonNumber('0.12345678901234567891')] }
  expect(sdkCall(null, 'v1.contracts.create', body)).toBe(
    [
      'await client.v1.contracts.create({',
      '  priority: 1.50,',
      '  amounts: [0.12345678901234567891],',
      '})',
    ].join('\n'),
  )
})
