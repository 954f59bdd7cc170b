import { expect, test } from 'vitest'
import { attemptAt, isUnanswered } from '../../../src/dashboard/api/attempt.ts'
import { ApiError } from '../../../src/dashboard/api/request.ts'

test('what is sent again has the key of the attempt before, and nothing else has it', () => {
  const first = attemptAt('/v1/contracts/create {"a":1}', null)
  expect(first.key).toMatch(/^[0-9a-f]{32}$/)
  expect(attemptAt('/v1/contracts/create {"a":1}', first)).toBe(first)
  expect(attemptAt('/v1/contracts/create {"a":2}', first).key).not.toBe(first.key)
  expect(attemptAt('/v1/contracts/create {"a":1}', null).key).not.toBe(first.key)
})

test('only where no answer came is the key used again: refusals and faults are kept under it', () => {
  const refused = (status: number, message = 'no') => new ApiError(status, { message })
  expect([0, 502, 504, 522].map((status) => isUnanswered(refused(status)))).toEqual(
    Array(4).fill(true),
  )
  expect([400, 404, 409, 429, 500, 503].map((status) => isUnanswered(refused(status)))).toEqual(
    Array(6).fill(false),
  )
  const running = 'Idempotency conflict: a request with this Idempotency-Key is still running.'
  expect(isUnanswered(refused(409, running))).toBe(true)
})
