import { z } from '@hono/zod-openapi'
import { packagedContract } from '../../actions/packages.ts'
import type { ContractInput } from '../../core/contracts/create-contract.ts'
import type { Result } from '../../core/result.ts'
import type { AppContext } from '../context.ts'
import { Id } from '../schemas.ts'

/** How a contract that is to be created names its package (pricing 12). */
export const PackageFields = {
  package_id: Id.optional().openapi({
    description:
      'A package that says all terms: besides, only customer_id, starting_at, uniqueness_key, transition and custom_fields may be given.',
  }),
  package_alias: z.string().min(1).optional().openapi({
    description: 'Instead of package_id; resolved as of starting_at.',
  }),
}

/** What a request may say besides its package. */
const ALLOWED = new Set([
  'customer_id',
  'starting_at',
  'uniqueness_key',
  'transition',
  'custom_fields',
  'package_id',
  'package_alias',
])

/** Refuses what the package says already; lists that are empty say nothing. */
export function refuseTermsOfPackage(
  body: { package_id?: string; package_alias?: string },
  context: z.RefinementCtx,
): void {
  const { package_id, package_alias } = body
  if (package_id === undefined && package_alias === undefined) return
  const field = package_id === undefined ? 'package_alias' : 'package_id'
  if (package_id !== undefined && package_alias !== undefined) {
    const message = 'expected only without package_id'
    context.addIssue({ code: 'custom', path: ['package_alias'], message })
  }
  for (const [name, value] of Object.entries(body)) {
    const saysNothing = value == null || (Array.isArray(value) && value.length === 0)
    if (ALLOWED.has(name) || saysNothing) continue
    const message = `expected only without ${field}: the package says it`
    context.addIssue({ code: 'custom', path: [name], message })
  }
}

/** What of a request says a contract when a package says the rest. */
interface PackagedBody {
  package_id?: string
  package_alias?: string
  starting_at: number
  uniqueness_key?: string
  custom_fields?: Record<string, string>
}

/** The contract that a request asks to be made from a package; null when it names none. */
export async function readPackagedContract(
  c: AppContext,
  body: PackagedBody,
  made: { id: string; customerId: string; createdBy: string },
): Promise<Result<ContractInput> | null> {
  const { package_id: packageId, package_alias: packageAlias } = body
  if (packageId === undefined && packageAlias === undefined) return null
  const { db, environment, newId } = c.var
  const input = {
    ...made,
    packageId,
    packageAlias,
    startingAt: body.starting_at,
    uniquenessKey: body.uniqueness_key,
    customFields: body.custom_fields ?? {},
  }
  return packagedContract(db, environment.id, input, newId)
}
