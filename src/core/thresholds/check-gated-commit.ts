import { Decimal } from '../decimal.ts'
import type { Balance } from '../ledger/balance.ts'
import { ok, refuse, type Result } from '../result.ts'

/**
 * Whether a commit can be paid for before it can be used (pricing 6.7): the payment is one, and it
 * is due at once.
 * @param path how messages name its members, such as `add_commits[0].`
 */
export function checkGatedCommit(
  { type, paymentGate, payments }: Pick<Balance, 'type' | 'paymentGate' | 'payments'>,
  now: number,
  path: string,
): Result<null> {
  if (paymentGate === undefined) return ok(null)
  const gate = `with payment_gate_config.payment_gate_type ${paymentGate.type}`
  if (type !== 'PREPAID') return refuse('invalid', `${path}type: expected PREPAID ${gate}`)
  const [item, ...others] = payments?.isInvoiced === true ? payments.schedule.items : []
  const isPayment = item !== undefined && new Decimal(item.amount).greaterThan(0)
  if (isPayment && others.length === 0 && item.at <= now) return ok(null)
  return refuse(
    'invalid',
    `${path}invoice_schedule: expected one amount above 0 that is due by now, and invoiced, ${gate}`,
  )
}
