import { z } from '@hono/zod-openapi'
import { createCustomerWithContract, within } from '../../actions/create-customer-with-contract.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomFields, dataOf, Id, json, jsonBody } from '../schemas.ts'
import { fromApiContract, NewContractTerms } from './contract-bodies.ts'
import { NewCustomerBody } from './customers.ts'
import { readPackagedContract, refuseTermsOfPackage } from './packaged-contract.ts'

const createCustomerWithContractRoute = apiRoute({
  method: 'post',
  path: '/v1/composite/createCustomerWithContract',
  access: 'write',
  operationId: 'createCustomerWithContract',
  tags: ['Contracts'],
  summary: 'Create a customer and its contract, both or none',
  request: {
    body: jsonBody(
      z.object({
        customer: NewCustomerBody,
        contract: NewContractTerms.superRefine(refuseTermsOfPackage),
      }),
    ),
  },
  responses: {
    200: json(
      dataOf(
        z.object({
          customer_id: Id,
          customer_name: z.string(),
          ingest_aliases: z.array(z.string()),
          custom_fields: CustomFields,
          contract_id: Id,
        }),
      ),
      'What was created',
    ),
  },
})

export function customerWithContractRoutes(app: App): void {
  app.openapi(createCustomerWithContractRoute, async (c) => {
    const { environment, principal, now, newId } = c.var
    const { customer: asked, contract } = c.req.valid('json')
    const { name, ingest_aliases = [], external_id, custom_fields = {} } = asked
    const ingestAliases =
      external_id === undefined ? ingest_aliases : [...ingest_aliases, external_id]
    const [customerId, contractId] = [newId(), newId()]
    const made = { id: contractId, customerId, createdBy: principal.tokenName }
    const written = { ...fromApiContract(contract, newId), ...made }
    const packaged = await readPackagedContract(c, contract, written)
    if (!packaged.ok) return fail(c, within('contract', packaged.error))
    const input = {
      customer: { id: customerId, name, ingestAliases, customFields: custom_fields },
      contract: packaged.value,
    }
    const created = await createCustomerWithContract(c.env, environment, input, now)
    if (!created.ok) return fail(c, created.error)
    const { customer } = created.value
    const data = {
      customer_id: customer.id,
      customer_name: customer.name,
      ingest_aliases: customer.ingestAliases,
      custom_fields: customer.customFields,
      contract_id: created.value.contract.id,
    }
    return c.json({ data }, 200)
  })
}
