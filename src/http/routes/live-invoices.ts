import { z } from '@hono/zod-openapi'
import { findCustomer } from '../../db/customers.ts'
import { accountOf, LIVE_OPENING } from '../../objects/account.ts'
import { LIVE_PROTOCOL, type LiveOpening } from '../../objects/account-live.ts'
import { isOpeningSocket } from '../auth.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, json } from '../schemas.ts'
import { noCustomer } from './customers.ts'

/** Such as a socket sends; what is in `invoices` is as for `getInvoice`. */
const LiveMessageBody = z
  .object({
    type: z.enum(['state', 'changed', 'resync']),
    version: z.number(),
    invoices: z.unknown().optional(),
    drafts: z.unknown().optional(),
    balances: z.unknown().optional(),
  })
  .openapi('LiveMessage')

const followInvoicesRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/live',
  isOwn: true,
  access: 'read',
  operationId: 'followInvoices',
  tags: ['Invoices'],
  summary: "Follow a customer's drafts and balances on a WebSocket",
  description:
    'Messages are JSON. `state` has all drafts, as listing them answers, and the balances `{id, type, balance}`; it takes the place of whatever is known. `changed` has what became of them: of drafts by their ids (`set` and `unset` members, `lines`), and of the lists of lines, drafts and balances which items are changed and removed, by their former places, and which are added, by their present ones. Each `changed` has the version after that of the message before. `resync` says that drafts changed that are too large to be sent: list them. `ping` is answered by `pong`; nothing else is read. Where no Authorization header can be set, offer the subprotocols `tactus` and `bearer.<token>`. The socket is closed with 4401 when the token is revoked, with 4404 when the customer or environment is gone.',
  request: { params: CustomerParams },
  responses: {
    101: { description: 'The socket' },
    200: json(LiveMessageBody, 'Never as a response: the messages of the socket'),
  },
})

export function liveInvoiceRoutes(app: App): void {
  app.openapi(followInvoicesRoute, async (c) => {
    const { db, environment, principal } = c.var
    const { customer_id: customerId } = c.req.valid('param')
    if (!isOpeningSocket(c.req.raw.headers)) {
      return fail(c, { code: 'invalid', message: 'Upgrade: expected websocket' })
    }
    // An account is not woken for a customer that there is not.
    if ((await findCustomer(db, environment.id, customerId)) === null) {
      return fail(c, noCustomer(customerId))
    }
    const { tokenId } = principal
    const opening: LiveOpening = { environmentId: environment.id, customerId, tokenId }
    const headers = new Headers({ upgrade: 'websocket', [LIVE_OPENING]: JSON.stringify(opening) })
    const offered = c.req.header('sec-websocket-protocol')?.split(',') ?? []
    if (offered.some((name) => name.trim() === LIVE_PROTOCOL)) {
      headers.set('sec-websocket-protocol', LIVE_PROTOCOL)
    }
    const account = accountOf(c.env, environment.id, customerId)
    return account.fetch('http://account/live', { headers })
  })
}
