import { z } from '@hono/zod-openapi'
import { settingsOf } from '../../core/environment.ts'
import type { Invoice } from '../../core/invoices/invoice.ts'
import { refuse } from '../../core/result.ts'
import { findCustomer } from '../../db/customers.ts'
import type { Env } from '../../env.ts'
import { accountOf } from '../../objects/account.ts'
import { readCreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, Id } from '../schemas.ts'
import { isShown, NOT_SHOWN } from './invoices.ts'

/** Names the characters that no font has; at most as many as a header takes. */
const MISSING_HEADER = 'x-tactus-missing-glyphs'
const MISSING_MAX = 50

const invoicePdfRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/{invoice_id}/pdf',
  embeddable: { by: 'path', in: ['invoices'] },
  access: 'read',
  operationId: 'getInvoicePdf',
  tags: ['Invoices'],
  summary: 'Get an invoice as a PDF',
  description: `Made on demand: the same invoice gives the same bytes. Drafts and void invoices say so on every page. A character that no font has is printed as its code point, such as [U+1F9FE], and named in the header ${MISSING_HEADER}. The seller is a setting of the environment.`,
  request: { params: CustomerParams.extend({ invoice_id: Id }) },
  responses: {
    200: {
      description: 'The PDF',
      content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
})

export function invoicePdfRoutes(app: App): void {
  app.openapi(invoicePdfRoute, async (c) => {
    const { db, environment, now } = c.var
    const { customer_id: customerId, invoice_id: invoiceId } = c.req.valid('param')
    const account = accountOf(c.env, environment.id, customerId)
    const call = { environmentId: environment.id, customerId, now }
    const found = await account.getInvoice({ ...call, invoiceId })
    if (!found.ok) return fail(c, found.error)
    const invoice = found.value
    const { contractId: contract_id, billableStatus: billable_status } = invoice
    if (!isShown(c, { ...invoice, contract_id, billable_status })) return fail(c, NOT_SHOWN)
    const [customer, unitNames] = await Promise.all([
      findCustomer(db, environment.id, customerId),
      readCreditTypeNames(db, environment.id, unitsOf(invoice)),
    ])
    if (customer === null) return fail(c, NO_CUSTOMER.error)
    const { seller } = settingsOf(environment)
    const named = { ...seller, name: seller.name ?? environment.name }
    // What prints is larger than all of the rest: only who asks for it waits for it.
    const { printInvoice } = await import('../../documents/invoice/invoice-pdf.ts')
    const printed = await printInvoice(
      { invoice, customer, seller: named, unitNames },
      fontReader(c.env),
    )
    if (printed === null) return fail(c, NO_FONTS.error)
    const headers: Record<string, string> = {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${printed.number}.pdf"`,
      'cache-control': 'private, no-store',
    }
    if (printed.missing.length > 0) {
      headers[MISSING_HEADER] = printed.missing.slice(0, MISSING_MAX).map(nameOf).join(', ')
    }
    return c.body(new Uint8Array(printed.bytes), 200, headers)
  })
}

const NO_CUSTOMER = refuse('not_found', 'customer_id: there is no such customer')
const NO_FONTS = refuse(
  'overloaded',
  'The fonts for invoices cannot be read; npm run build-assets puts them in place.',
)

function nameOf(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}

function unitsOf({ lines }: Invoice): string[] {
  return lines.flatMap((line) =>
    line.type === 'cpu_conversion'
      ? [line.creditTypeId, line.derivation.customCreditTypeId]
      : [line.creditTypeId],
  )
}

/** Fonts are files beside the dashboard's, whose page any path has that is not one of a file. */
function fontReader({ ASSETS }: Env) {
  return async (path: string): Promise<Uint8Array | null> => {
    const answer = await ASSETS.fetch(`https://assets.local/fonts/${path}`)
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true
    return answer.ok && !isPage ? new Uint8Array(await answer.arrayBuffer()) : null
  }
}
