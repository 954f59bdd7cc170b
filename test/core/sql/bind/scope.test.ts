import { expect, test } from 'vitest'
import {
  describeColumn,
  findColumn,
  mentionReading,
  resolveColumn,
  typeOfScan,
  type Scope,
} from '../../../../src/core/sql/bind/scope.ts'
import { eventScope, refusal, refusalText, treeOf } from '../bound.ts'
import type { ExpressionTree } from '../../../../src/core/sql/tree.ts'

type Column = ExpressionTree & { kind: 'column' }

function typeAndPlace(scope: Scope, path: string): string | null {
  const found = findColumn(scope, treeOf(path) as Column)
  return found && `${found.type} ${found.index}`
}

function reasonOf(scope: Scope, path: string): string {
  try {
    return typeAndPlace(scope, path) ?? resolveColumn(scope, treeOf(path) as Column).type
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string }
    return `${code}: ${message} (${hint ?? ''})`
  }
}

const derived: Scope = {
  kind: 'derived',
  columns: [
    { name: 'region', type: 'property', table: 'a' },
    { name: 'total', type: 'numeric', table: 'a' },
    { name: 'Region', type: 'text', table: 'b' },
    { name: null, type: 'numeric', table: 'b' },
  ],
}

test('columns of events are found without case, properties with it, and scanned once', () => {
  const scope: Scope = { ...eventScope(), alias: 'e', columns: [] }
  expect(typeAndPlace(scope, 'EVENT_TYPE')).toBe('text 0')
  expect(typeAndPlace(scope, 'e.timestamp')).toBe('timestamp 1')
  expect(typeAndPlace(scope, 'properties.Region')).toBe('property 2')
  expect(typeAndPlace(scope, 'properties.region')).toBe('property 3')
  expect(typeAndPlace(scope, `E.Properties."Region"`)).toBe('property 2')
  expect(typeAndPlace(scope, "properties['a.b']")).toBe('property 4')
  expect(typeAndPlace(scope, 'properties.event_type')).toBe('property 5')
  expect(typeAndPlace(scope, 'transaction_id')).toBe('text 6')
  expect(typeAndPlace(scope, 'customer_id')).toBe('text 7')
  expect(typeAndPlace(scope, 'properties.__proto__')).toBe('property 8')
  expect(scope.columns.slice(0, 5)).toEqual([
    { kind: 'event_type' },
    { kind: 'timestamp' },
    { kind: 'property', name: 'Region' },
    { kind: 'property', name: 'region' },
    { kind: 'property', name: 'a.b' },
  ])
  expect(typeAndPlace(scope, 'user_id')).toBeNull()
  expect(typeAndPlace(scope, 'x.timestamp')).toBeNull()
  expect(describeColumn(scope, 3)).toBe('properties.region')
  expect(describeColumn(scope, 0)).toBe('event_type')
})

test('a reading is a column of its own', () => {
  const scope = eventScope()
  expect(mentionReading(scope, { start: 0, end: 1 })).toMatchObject({ type: 'text', index: 4 })
  expect(typeOfScan({ kind: 'reading' })).toBe('text')
  expect(typeAndPlace(scope, 'reading')).toBeNull()
})

test('columns of subqueries are found by name, with their table where two have it', () => {
  expect(typeAndPlace(derived, 'TOTAL')).toBe('numeric 1')
  expect(typeAndPlace(derived, 'a.region')).toBe('property 0')
  expect(typeAndPlace(derived, 'B.REGION')).toBe('text 2')
  expect(typeAndPlace(derived, '"Region"')).toBe('text 2')
  expect(typeAndPlace(derived, 'c.total')).toBeNull()
  expect(reasonOf(derived, 'region')).toBe(
    "ambiguous: column 'region' is ambiguous (put the name of its table before it)",
  )
  expect(describeColumn(derived, 3)).toBe('column 4')
})

test('what is unknown is told with what was probably meant', () => {
  const scope = eventScope()
  expect(reasonOf(scope, 'user_id')).toBe(
    "unknown_column: unknown column 'user_id' (did you mean properties.user_id?)",
  )
  expect(reasonOf(scope, 'timestmp')).toBe(
    "unknown_column: unknown column 'timestmp' (did you mean timestamp?)",
  )
  expect(reasonOf(scope, 'propertys.x')).toBe(
    "unknown_column: unknown column 'propertys.x' (did you mean properties.x?)",
  )
  expect(reasonOf(scope, 'events.user_id')).toBe(
    "unknown_column: unknown column 'events.user_id' (did you mean events.properties.user_id?)",
  )
  expect(reasonOf(scope, '"api"')).toBe(
    "unknown_column: unknown column 'api' (use single quotes for text: 'api'; or did you mean properties.api?)",
  )
  expect(reasonOf(derived, 'totals')).toBe(
    "unknown_column: unknown column 'totals' (did you mean total?)",
  )
  expect(reasonOf(derived, 'properties.total')).toBe(
    "unknown_column: unknown column 'properties.total' (did you mean total?)",
  )
  expect(reasonOf(derived, 'user')).toBe(
    "unknown_column: unknown column 'user' (the columns here are region, total, Region)",
  )
})

test('properties are named one by one, and are not nested', () => {
  const scope = eventScope()
  expect(reasonOf(scope, 'properties')).toBe(
    'bad_column: properties cannot be used as a whole (name one property, as in properties.user_id)',
  )
  expect(reasonOf(scope, 'properties.a.b')).toBe(
    'unsupported: nested properties are not supported (quote it if the name contains a dot: properties."a.b")',
  )
})

test('a query names at most 64 properties', () => {
  const sum = (count: number) =>
    Array.from({ length: count }, (_, i) => `properties.p${i}`).join(' + ')
  expect(refusalText(`SELECT SUM(${sum(64)}) AS value FROM events`)).toBe('accepted')
  expect(refusal(`SELECT SUM(${sum(65)}) AS value FROM events`)).toMatch(/^too_complex 1:/)
})
