import type { Customer } from './answers.ts'
import { get } from './request.ts'

const LIMIT = 8
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface Page {
  data: Customer[]
}

/** The customers with this alias, this id or a name that has this text in it. */
export async function findCustomers(
  text: string,
  signal: AbortSignal,
  limit = LIMIT,
): Promise<Customer[]> {
  const questions = [
    { ingest_alias: text },
    { name: text, limit },
    ...(ID.test(text) ? [{ customer_ids: text }] : []),
  ]
  const pages = await Promise.all(
    questions.map((query) => get<Page>('/v1/customers', query, signal)),
  )
  const found = new Map(pages.flatMap(({ data }) => data).map((each) => [each.id, each]))
  return [...found.values()].slice(0, limit)
}
