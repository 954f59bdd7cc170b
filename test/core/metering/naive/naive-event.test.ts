import { expect, test } from 'vitest'
import {
  readElements,
  readNaiveEvent,
  textOf,
} from '../../../../src/core/metering/naive/naive-event.ts'

const sent = (properties: string, part = '') =>
  `[{"transaction_id":"t1","customer_id":"acme","event_type":"call","timestamp":"2026-03-02T10:00:00Z"${part},"properties":${properties}}]`

function read(text: string) {
  return readNaiveEvent(readElements(text)![0]!)
}

test('a stored event is read with the digits of its numbers', () => {
  const event = read(
    sent(
      '{"n":0.10000000000000000001,"s":"0.10","t":true,"z":null,"o":{"b":[1.0,null],"a":"x"},"__proto__":7}',
    ),
  )
  if (typeof event === 'string') throw new Error(event)
  expect(event).toMatchObject({ transactionId: 't1', ingestId: 'acme', eventType: 'call' })
  expect(event.time.ms).toBe(Date.UTC(2026, 2, 2, 10))
  const names = ['n', 's', 't', 'z', 'missing', 'o', '__proto__', 'constructor']
  expect(names.map((name) => textOf(event, name))).toEqual([
    '0.10000000000000000001',
    '0.10',
    'true',
    null,
    null,
    '{"b":[1,null],"a":"x"}',
    '7',
    null,
  ])
})

test('what no event may be is told', () => {
  expect(readNaiveEvent(7 as never)).toBe('it is no JSON object')
  expect(read('[1]')).toBe('it is no JSON object')
  expect(read(sent('[]'))).toBe('its properties are no JSON object')
  expect(read(sent('{}', ',"transaction_id":""'))).toContain('transaction_id')
  expect(read(sent('{}', `,"transaction_id":"${'x'.repeat(129)}"`))).toContain('transaction_id')
  expect(read(sent('{}', ',"customer_id":7'))).toContain('customer_id')
  expect(read(sent('{}', ',"event_type":""'))).toContain('event_type')
  expect(read(sent('{}', ',"timestamp":"today"'))).toContain('timestamp')
  const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [`p${i}`, 1]))
  expect(read(sent(JSON.stringify(many)))).toBe('it has more than 2000 properties')
})

test('a text that is no JSON array has no elements', () => {
  expect(readElements('{')).toBeNull()
  expect(readElements('{}')).toBeNull()
  expect(readElements('[]')).toEqual([])
})
