import type { EditInput } from '../core/contracts/edit-contract.ts'
import { USD } from '../core/currency.ts'
import type { Environment } from '../core/environment.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { scheduledInvoiceId } from '../core/invoices/open-scheduled.ts'
import { assert, type Result } from '../core/result.ts'
import { findContract } from '../db/contracts.ts'
import { openDatabase } from '../db/database.ts'
import { findRateCard } from '../db/rate-cards.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import { editContract } from './edit-contract.ts'

/**
 * Makes an invoice for professional services, by an edit of the contract: a draft until it is
 * issued, finalized where that is past.
 * @param now the environment's clock
 */
export async function billProfessionalServices(
  env: Env,
  environment: Environment,
  input: EditInput & { billServices: NonNullable<EditInput['billServices']> },
  now: number,
): Promise<Result<Invoice>> {
  const edited = await editContract(env, environment, input, now)
  if (!edited.ok) return edited
  const { id: environmentId } = environment
  const { customerId, contractId } = input
  const db = openDatabase(env.DB)
  const contract = await findContract(db, environmentId, customerId, contractId)
  assert(contract !== null, `contract ${contractId} must exist after its edit`)
  const { rateCardId } = contract
  const card = rateCardId === null ? null : await findRateCard(db, environmentId, rateCardId)
  const unit = card?.fiatCreditTypeId ?? USD.id
  const group = { at: input.billServices.issuedAt, group: edited.value.id }
  const account = accountOf(env, environmentId, customerId)
  const invoiceId = scheduledInvoiceId(contractId, group, unit)
  return account.getInvoice({ environmentId, customerId, now, invoiceId })
}
