import { expect, test } from 'vitest'
import { toFilterSchema } from '../../../src/core/metering/filter-schema.ts'

test('a metric without filters demands nothing but an event', () => {
  expect(toFilterSchema({ propertyFilters: [] })).toEqual({
    type: 'object',
    required: ['event_type', 'properties'],
    properties: {
      event_type: {},
      properties: { type: 'object', required: [], properties: {} },
    },
  })
})

test('lists, presence and absence are said in JSON Schema', () => {
  const schema = toFilterSchema({
    eventTypeFilter: { inValues: ['call', 'chat'], notInValues: ['chat'] },
    propertyFilters: [
      { name: 'present', exists: true },
      { name: 'absent', exists: false },
      { name: 'listed', inValues: ['a', 'b'] },
      { name: 'unlisted', notInValues: ['c'] },
      { name: 'anything' },
    ],
  })
  expect(schema).toEqual({
    type: 'object',
    required: ['event_type', 'properties'],
    properties: {
      event_type: { allOf: [{ enum: ['call', 'chat'] }, { not: { enum: ['chat'] } }] },
      properties: {
        type: 'object',
        required: ['present', 'listed'],
        properties: {
          present: {},
          absent: { not: {} },
          listed: { enum: ['a', 'b'] },
          unlisted: { not: { enum: ['c'] } },
          anything: {},
        },
      },
    },
  })
})

test('several filters of one property must all hold', () => {
  const { properties } = toFilterSchema({
    propertyFilters: [
      { name: 'zone', exists: true },
      { name: 'zone', inValues: ['eu', 'us'] },
      { name: 'zone', notInValues: ['us'] },
    ],
  })
  expect(properties).toMatchObject({
    properties: {
      required: ['zone'],
      properties: { zone: { allOf: [{ enum: ['eu', 'us'] }, { not: { enum: ['us'] } }] } },
    },
  })
})

test('a property that is called __proto__ keeps its place', () => {
  const schema = toFilterSchema({ propertyFilters: [{ name: '__proto__', exists: true }] })
  expect(JSON.stringify(schema)).toContain('"required":["__proto__"],"properties":{"__proto__":{}}')
})
