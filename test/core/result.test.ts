import { expect, test } from 'vitest'
import { assert, ok, refuse, unreachable } from '../../src/core/result.ts'

test('results carry a value or a refusal', () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 })
  expect(refuse('invalid', 'name: required')).toEqual({
    ok: false,
    error: { code: 'invalid', message: 'name: required' },
  })
})

test('what cannot be is an exception', () => {
  expect(() => assert(false, 'one is one')).toThrow('Assertion failed: one is one')
  expect(() => unreachable('x' as never)).toThrow('Unreachable value: "x"')
})
