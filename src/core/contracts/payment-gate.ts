/** What a payment waits for: nothing, or the word of the caller, who collects it. */
export const PAYMENT_GATE_TYPES = ['NONE', 'EXTERNAL'] as const
export type PaymentGateType = (typeof PAYMENT_GATE_TYPES)[number]

export const GATE_TAX_TYPES = ['NONE', 'PRECALCULATED'] as const

/** How a commit is paid for before it can be used (pricing 6.7). */
export interface PaymentGate {
  type: PaymentGateType
  taxType?: (typeof GATE_TAX_TYPES)[number]
  /** With taxType PRECALCULATED: told to who collects the payment, on top of the invoice. */
  tax?: { amount: string; name?: string }
}
