import { connect } from '../../test/server/api-client.ts'

/** The pages that one looks at most: those of the environment, and those of a customer and its invoice. */
export async function mainPages(url: string, token: string): Promise<string[]> {
  const client = connect({ url, token })
  const first = async (path: string) =>
    ((await client.get(path)) as { data: { id: string }[] }).data[0]?.id
  const customer = `/customers/${await first('/v1/customers?ingest_alias=northwind')}`
  const draft = await first(`/v1${customer}/invoices?status=DRAFT`)
  return [
    '/getting-started',
    '/customers',
    customer,
    `${customer}/balances`,
    `${customer}/usage`,
    `${customer}/invoices/${draft}`,
    '/invoices',
    '/events',
    '/offering/products',
    '/offering/rate-cards',
  ]
}
