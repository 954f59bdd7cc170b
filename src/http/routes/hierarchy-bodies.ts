import { z } from '@hono/zod-openapi'
import type { Contract } from '../../core/contracts/contract.ts'
import {
  CHILD_STATEMENTS,
  CONSOLIDATIONS,
  isChild,
  PAYERS,
  type ContractLink,
  type HierarchyInput,
} from '../../core/contracts/hierarchy.ts'
import { CHILD_ACCESS_TYPES, type ChildAccess } from '../../core/ledger/child-access.ts'
import { enumOf, Id } from '../schemas.ts'

const LinkBody = z.object({ contract_id: Id, customer_id: Id })

/** The place of a contract among those of other customers, as it is asked for (pricing 13). */
export const NewHierarchy = z.strictObject({
  parent: LinkBody.optional().openapi({ description: 'The contract that this one is below.' }),
  payer: enumOf(PAYERS).optional().openapi({ description: 'SELF by default.' }),
  usage_statement_behavior: enumOf(CHILD_STATEMENTS)
    .optional()
    .openapi({ description: 'SEPARATE by default; CONSOLIDATE only with payer PARENT.' }),
  parent_behavior: z
    .strictObject({
      invoice_consolidation_type: enumOf(CONSOLIDATIONS).optional(),
    })
    .optional()
    .openapi({ description: 'Of a contract that others are to be below; NONE by default.' }),
})

/** As many contracts as one balance names. */
const CONTRACTS_MAX = 100

/** Which contracts below may draw on a commit or credit (pricing 6.1). */
export const NewChildAccess = z.strictObject({
  child_access: z
    .strictObject({
      type: enumOf(CHILD_ACCESS_TYPES),
      contract_ids: z.array(Id).min(1).max(CONTRACTS_MAX).optional().openapi({
        description: 'With CONTRACT_IDS.',
      }),
    })
    .superRefine(({ type, contract_ids }, context) => {
      if ((type === 'CONTRACT_IDS') === (contract_ids !== undefined)) return
      const message = contract_ids === undefined ? 'required' : 'expected only'
      context.addIssue({
        code: 'custom',
        path: ['contract_ids'],
        message: `${message} with type CONTRACT_IDS`,
      })
    }),
})

export const HierarchyBody = z
  .object({
    parent: LinkBody.optional(),
    payer: z.enum(PAYERS).optional(),
    usage_statement_behavior: z.enum(CHILD_STATEMENTS).optional(),
    children: z.array(LinkBody).optional(),
    parent_behavior: z.object({ invoice_consolidation_type: z.enum(CONSOLIDATIONS) }).optional(),
  })
  .openapi('HierarchyConfiguration')

export const ChildAccessBody = z.object({
  child_access: z.object({
    type: z.enum(CHILD_ACCESS_TYPES),
    contract_ids: z.array(Id).optional(),
  }),
})

export function fromApiHierarchy(
  body: z.output<typeof NewHierarchy> | undefined,
): HierarchyInput | undefined {
  if (body === undefined) return undefined
  const { parent, parent_behavior: behavior } = body
  return {
    parent: parent && { contractId: parent.contract_id, customerId: parent.customer_id },
    payer: body.payer,
    statements: body.usage_statement_behavior,
    consolidation: behavior && (behavior.invoice_consolidation_type ?? 'NONE'),
  }
}

export function fromApiChildAccess(
  body: z.output<typeof NewChildAccess> | undefined,
): ChildAccess | undefined {
  if (body === undefined) return undefined
  const { type, contract_ids = [] } = body.child_access
  return type === 'CONTRACT_IDS' ? { type, contractIds: contract_ids } : { type }
}

/** @param children the contracts below some, by the ids of these */
export function toApiHierarchy(
  { id, terms: { hierarchy } }: Contract,
  children: ReadonlyMap<string, ContractLink[]>,
): z.input<typeof HierarchyBody> | undefined {
  if (isChild(hierarchy)) {
    const { parent, payer, statements } = hierarchy
    return { parent: toApiLink(parent), payer, usage_statement_behavior: statements }
  }
  const below = children.get(id) ?? []
  if (hierarchy === undefined && below.length === 0) return undefined
  return {
    children: below.map(toApiLink),
    parent_behavior: hierarchy && { invoice_consolidation_type: hierarchy.consolidation },
  }
}

export function toApiChildAccess(
  access: ChildAccess | undefined,
): z.input<typeof ChildAccessBody> | undefined {
  if (access === undefined) return undefined
  const { type } = access
  return {
    child_access: type === 'CONTRACT_IDS' ? { type, contract_ids: access.contractIds } : { type },
  }
}

function toApiLink({ contractId, customerId }: ContractLink): z.input<typeof LinkBody> {
  return { contract_id: contractId, customer_id: customerId }
}
