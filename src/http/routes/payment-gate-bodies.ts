import { z } from '@hono/zod-openapi'
import {
  GATE_TAX_TYPES,
  PAYMENT_GATE_TYPES,
  type PaymentGate,
} from '../../core/contracts/payment-gate.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { enumOf, NonNegativeDecimal, Unsupported } from '../schemas.ts'

const NOT_CONNECTED = 'not supported yet: it comes with the Stripe connection'

/** How a commit is paid for before it can be used (pricing 6.7). */
export const NewPaymentGate = z
  .object({
    payment_gate_type: enumOf([...PAYMENT_GATE_TYPES, 'STRIPE']).openapi({
      description: 'EXTERNAL: the commit waits until its payment is reported as made.',
    }),
    tax_type: enumOf([...GATE_TAX_TYPES, 'STRIPE', 'ANROK']).optional(),
    precalculated_tax_config: z
      .object({ tax_amount: NonNegativeDecimal, tax_name: z.string().optional() })
      .optional()
      .openapi({ description: 'Required with tax_type PRECALCULATED, and only then.' }),
    stripe_config: Unsupported,
  })
  .transform((body, context): PaymentGate => {
    const { payment_gate_type: type, tax_type: taxType, precalculated_tax_config: tax } = body
    const refuse = (field: string, message: string): PaymentGate => {
      context.addIssue({ code: 'custom', path: [field], message })
      return z.NEVER
    }
    if (type === 'STRIPE') return refuse('payment_gate_type', `STRIPE is ${NOT_CONNECTED}`)
    if (taxType === 'STRIPE' || taxType === 'ANROK') {
      return refuse('tax_type', `${taxType} is ${NOT_CONNECTED}`)
    }
    if (taxType === 'PRECALCULATED' && type === 'NONE') {
      const message = 'PRECALCULATED is expected only with a gate: it is told to who collects'
      return refuse('tax_type', message)
    }
    if ((taxType === 'PRECALCULATED') !== (tax !== undefined)) {
      const expected = tax === undefined ? 'required' : 'expected only'
      return refuse('precalculated_tax_config', `${expected} with tax_type PRECALCULATED`)
    }
    return { type, taxType, tax: tax && { amount: tax.tax_amount, name: tax.tax_name } }
  })

export const PaymentGateBody = z
  .object({
    payment_gate_type: z.enum(PAYMENT_GATE_TYPES),
    tax_type: z.enum(GATE_TAX_TYPES).optional(),
    precalculated_tax_config: z
      .object({ tax_amount: z.number(), tax_name: z.string().optional() })
      .optional(),
  })
  .openapi('PaymentGate')

export function toApiPaymentGate({
  type,
  taxType,
  tax,
}: PaymentGate): z.input<typeof PaymentGateBody> {
  return {
    payment_gate_type: type,
    tax_type: taxType,
    precalculated_tax_config: tax && { tax_amount: jsonNumber(tax.amount), tax_name: tax.name },
  }
}
