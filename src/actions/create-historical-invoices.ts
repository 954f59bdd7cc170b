import type { Environment } from '../core/environment.ts'
import type { HistoricalInput } from '../core/invoices/historical-invoice.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { ok, type Result } from '../core/result.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

export type NewHistoricalInvoice = HistoricalInput & { customerId: string }

/**
 * Makes historical invoices (invoices 1.9), in the order in which they are given. Where they are of
 * several customers, all of them are tried before the first is kept.
 * @param now the environment's clock
 */
export async function createHistoricalInvoices(
  env: Env,
  { id: environmentId }: Pick<Environment, 'id'>,
  { invoices, isPreview }: { invoices: NewHistoricalInvoice[]; isPreview: boolean },
  now: number,
): Promise<Result<Invoice[]>> {
  const byCustomer = [...Map.groupBy(invoices, ({ customerId }) => customerId)]
  const run = async (asPreview: boolean): Promise<Result<Map<string, Invoice>>> => {
    const made = new Map<string, Invoice>()
    for (const [customerId, own] of byCustomer) {
      const account = accountOf(env, environmentId, customerId)
      const call = { environmentId, customerId, now, invoices: own, isPreview: asPreview }
      const answer = await account.createHistoricalInvoices(call)
      if (!answer.ok) return answer
      for (const invoice of answer.value) made.set(invoice.id, invoice)
    }
    return ok(made)
  }
  const isTrial = !isPreview && byCustomer.length > 1
  // A request that is repeated under its key finds some there already, which a trial would refuse.
  if (isTrial && !(await isKnown(env, environmentId, invoices[0]!, now))) {
    const tried = await run(true)
    if (!tried.ok) return tried
  }
  const made = await run(isPreview)
  if (!made.ok) return made
  return ok(invoices.flatMap(({ id }) => made.value.get(id) ?? []))
}

async function isKnown(
  env: Env,
  environmentId: string,
  { customerId, id: invoiceId }: NewHistoricalInvoice,
  now: number,
): Promise<boolean> {
  const account = accountOf(env, environmentId, customerId)
  return (await account.getInvoice({ environmentId, customerId, invoiceId, now })).ok
}
