import type { PaymentGateType } from '../core/contracts/payment-gate.ts'
import {
  initiateEvent,
  type OutboxEvent,
  type PaymentWorkflow,
} from '../core/thresholds/payment-workflow.ts'

/** What a gate says to a payment: made at once, or to be waited for. */
export interface ChargeOutcome {
  status: 'paid' | 'pending'
  /** To be written together with what comes of the payment. */
  events: OutboxEvent[]
}

/** Collects the payment for a commit; asked again for the same one, it collects nothing twice. */
export type ChargePayment = (payment: PaymentWorkflow) => Promise<ChargeOutcome>

/** NONE takes every invoice for paid; EXTERNAL leaves it to the caller, who reports the outcome. */
export const PAYMENT_GATES: Record<PaymentGateType, ChargePayment> = {
  NONE: () => Promise.resolve({ status: 'paid', events: [] }),
  EXTERNAL: (payment) => Promise.resolve({ status: 'pending', events: [initiateEvent(payment)] }),
}
