import { expect, test } from 'vitest'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import {
  answerReleased,
  refuseOtherTotal,
  refuseRelease,
} from '../../../src/core/invoices/release-invoice.ts'

const release = {
  releasedAt: 1,
  tokenId: 't',
  tokenName: 'ops',
  reason: 'lost',
  finding: { code: 'log_damaged' as const, message: '', differences: [] },
  ingestIds: [],
}
const final = (own: Partial<Invoice>) => ({ total: '30', ...own }) as Invoice

test('what waits for another invoice, and what only joins others, is not released', () => {
  const refusalOf = (held: Parameters<typeof refuseRelease>[0]) => refuseRelease(held)?.code
  const usage = 'finalize-usage-invoice'
  expect(refusalOf({ kind: usage, code: 'log_damaged' })).toBeUndefined()
  expect(refusalOf({ kind: usage, code: 'too_many_events' })).toBeUndefined()
  const scheduled = 'finalize-scheduled-invoice'
  expect(refusalOf({ kind: scheduled, code: 'usage_differs' })).toBeUndefined()
  expect(refusalOf({ kind: scheduled, code: 'waits_for_invoice' })).toBe('conflict')
  expect(refusalOf({ kind: 'finalize-consolidated-invoices', code: 'failed' })).toBe('conflict')
})

test('a release that is asked for again answers its invoice, and any other is a conflict', () => {
  const invoice = final({ release })
  const asked = { expectedTotal: '30.0', reason: 'lost' }
  expect(answerReleased(invoice, asked)).toEqual({ ok: true, value: invoice })
  expect(answerReleased(invoice, { ...asked, reason: 'other' })).toMatchObject({
    error: {
      code: 'conflict',
      message:
        'invoice_id: the invoice was released by ops with the total 30, and with the reason: lost',
    },
  })
  expect(answerReleased(invoice, { ...asked, expectedTotal: '31' }).ok).toBe(false)
  expect(answerReleased(final({}), asked)).toMatchObject({
    error: { message: 'invoice_id: the invoice is final, and was not released by hand' },
  })
})

test('a draft is released only at the total that was seen, to its last digit', () => {
  const asked = (expectedTotal: string) => ({ expectedTotal, reason: 'lost' })
  expect(refuseOtherTotal('30', asked('30'))).toBeNull()
  expect(refuseOtherTotal('0.1000000000000000000001', asked('0.1'))).toEqual({
    code: 'conflict',
    message: "expected_total: the draft's total is 0.1000000000000000000001 by now, not 0.1",
  })
})
