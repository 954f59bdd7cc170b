import { z } from '@hono/zod-openapi'
import { NUMBER_FORMATS, type Seller } from '../../core/seller.ts'

const TEXT_MAX = 300
const LINES_MAX = 8

/** An empty text would print as nothing: null says that. */
function text() {
  const error = `expected text of 1 to ${TEXT_MAX} characters, or null`
  return z.string({ error }).trim().min(1, { error }).max(TEXT_MAX, { error })
}

function lines() {
  const error = `expected 1 to ${LINES_MAX} lines, or null`
  return z.array(text(), { error }).min(1, { error }).max(LINES_MAX, { error })
}

const FORMATS = `expected one of ${NUMBER_FORMATS.join('  ')}  or null`

/** Who bills, as it is printed on invoices. */
export const SellerBody = z
  .object({
    name: z.string().nullable(),
    address_lines: z.array(z.string()).nullable(),
    tax_id: z.string().nullable(),
    email: z.string().nullable(),
    payment_instructions: z.array(z.string()).nullable(),
    footer: z.string().nullable(),
    number_format: z.enum(NUMBER_FORMATS),
  })
  .openapi('Seller')

/** Members that are left out stay as they are; null takes one away, or all. */
export const SellerChange = z
  .strictObject({
    name: text().nullable().optional().openapi({
      description: "Default: the environment's name.",
    }),
    address_lines: lines().nullable().optional(),
    tax_id: text().nullable().optional(),
    email: text().nullable().optional(),
    payment_instructions: lines().nullable().optional().openapi({ description: 'A line each.' }),
    footer: text().nullable().optional().openapi({ description: 'At the foot of every page.' }),
    number_format: z
      .enum(NUMBER_FORMATS, { error: FORMATS })
      .nullable()
      .optional()
      .openapi({ description: 'How numbers are written; default: 1,234.56.' }),
  })
  .nullable()
  .optional()

export function fromApiSeller(body: z.output<typeof SellerChange>) {
  if (body === null || body === undefined) return body
  return {
    name: body.name,
    addressLines: body.address_lines,
    taxId: body.tax_id,
    email: body.email,
    paymentInstructions: body.payment_instructions,
    footer: body.footer,
    numberFormat: body.number_format,
  }
}

export function toApiSeller(seller: Seller): z.input<typeof SellerBody> {
  return {
    name: seller.name ?? null,
    address_lines: seller.addressLines ?? null,
    tax_id: seller.taxId ?? null,
    email: seller.email ?? null,
    payment_instructions: seller.paymentInstructions ?? null,
    footer: seller.footer ?? null,
    number_format: seller.numberFormat ?? '1,234.56',
  }
}
