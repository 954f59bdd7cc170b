import { expect, test } from 'vitest'
import { holdOfError, HOLD_MESSAGE_MAX } from '../../../src/core/invoices/hold-reason.ts'

test('an error that keeps an invoice back is told by its kind', () => {
  const limit = Object.assign(new Error('too much'), { status: 413 })
  const busy = Object.assign(new Error('busy'), { status: 503 })
  const differs = Object.assign(new Error('differs'), { status: 409 })
  expect(holdOfError(differs)).toMatchObject({ code: 'invoice_differs', message: 'differs' })
  expect([limit, busy, new Error('broken'), 'text'].map((error) => holdOfError(error))).toEqual([
    { code: 'metric_limit', message: 'too much', differences: [] },
    { code: 'unsettled', message: 'busy', differences: [] },
    { code: 'failed', message: 'broken', differences: [] },
    { code: 'failed', message: 'text', differences: [] },
  ])
  expect(holdOfError(new Error('x'.repeat(5_000))).message).toHaveLength(HOLD_MESSAGE_MAX)
})
