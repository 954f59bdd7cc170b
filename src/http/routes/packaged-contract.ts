import { z } from '@hono/zod-openapi'
import { packagedContract } from '../../actions/packages.ts'
import type { ContractInput } from '../../core/contracts/create-contract.ts'
import { ok, type Result } from '../../core/result.ts'
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
export function refuseTermsOfPackage(body: PackageNamed, context: z.RefinementCtx): void {
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

/** The contract that a request asks for: by its package, if it names one, or as it is asked for. */
export async function readPackagedContract(
  c: AppContext,
  { package_id: packageId, package_alias: packageAlias }: PackageNamed,
  asked: ContractInput,
): Promise<Result<ContractInput>> {
  if (packageId === undefined && packageAlias === undefined) return ok(asked)
  const { db, environment, newId } = c.var
  const { id, customerId, startingAt, uniquenessKey, transition, customFields, createdBy } = asked
  const said = { id, customerId, startingAt, uniquenessKey, transition, customFields, createdBy }
  return packagedContract(db, environment.id, { ...said, packageId, packageAlias }, newId)
}

interface PackageNamed {
  package_id?: string
  package_alias?: string
}
