import { Decimal } from '../decimal.ts'
import { ok, refuse, type Refusal, type Result } from '../result.ts'
import type { DueKind } from './due-invoice.ts'
import type { HoldCode } from './hold-reason.ts'
import type { Invoice } from './invoice.ts'

/** What an operator says to make an invoice final that is held back. */
export interface ReleaseInput {
  /** The total that the operator has seen, a decimal text. */
  expectedTotal: string
  reason: string
}

/**
 * Why no operator may make final what is held back, whatever is said for it; null where one may.
 * @param held what is due, and why it is held back
 */
export function refuseRelease({ kind, code }: { kind: DueKind; code: HoldCode }): Refusal | null {
  if (code === 'waits_for_invoice') return WAITS
  return kind === 'finalize-consolidated-invoices' ? JOINED : null
}

const WAITS: Refusal = {
  code: 'conflict',
  message:
    'invoice_id: the invoice waits for another one, without which its amount is not known; release that one',
}

const JOINED: Refusal = {
  code: 'conflict',
  message:
    'invoice_id: a consolidated invoice copies invoices that are final; it has no usage of its own that could go unproven',
}

/**
 * Whether an invoice that is final already is what was asked for: then it was asked again.
 * @returns a conflict where it became final in another way, or was released with other words
 */
export function answerReleased(
  invoice: Invoice,
  { expectedTotal, reason }: ReleaseInput,
): Result<Invoice> {
  const { release, total } = invoice
  if (release === undefined) {
    return refuse('conflict', 'invoice_id: the invoice is final, and was not released by hand')
  }
  if (release.reason !== reason || !new Decimal(total).equals(expectedTotal)) {
    return refuse(
      'conflict',
      `invoice_id: the invoice was released by ${release.tokenName} with the total ${total}, and with the reason: ${release.reason}`,
    )
  }
  return ok(invoice)
}

/** A conflict where a draft has another total by now than the operator has seen. */
export function refuseOtherTotal(total: string, { expectedTotal }: ReleaseInput): Refusal | null {
  if (new Decimal(total).equals(expectedTotal)) return null
  return {
    code: 'conflict',
    message: `expected_total: the draft's total is ${total} by now, not ${expectedTotal}`,
  }
}
