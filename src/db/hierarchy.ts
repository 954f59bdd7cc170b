import { and, asc, eq, gt, isNull, lt, max, or, sql } from 'drizzle-orm'
import type { Contract } from '../core/contracts/contract.ts'
import type { ContractInput } from '../core/contracts/create-contract.ts'
import {
  isChild,
  NODES_MAX,
  type ContractLink,
  type HierarchySurroundings,
} from '../core/contracts/hierarchy.ts'
import type { Database } from './database.ts'
import { contractChildren } from './hierarchy-schema.ts'
import { inJson } from './keyset.ts'
import { contracts } from './schema.ts'

/** What a new child depends on, and its place among those of its parent. */
export interface LoadedHierarchy {
  surroundings: HierarchySurroundings
  ordinal: number
}

/** What a new contract below another one depends on, all as of one moment; null for others. */
export async function loadHierarchy(
  db: Database,
  environmentId: string,
  { customerId, startingAt, endingBefore, hierarchy }: ContractInput,
): Promise<LoadedHierarchy | null> {
  const link = hierarchy?.parent
  if (link === undefined) return null
  const ofParent = and(
    eq(contractChildren.environmentId, environmentId),
    eq(contractChildren.parentContractId, link.contractId),
  )
  const overlaps = and(
    isNull(contracts.archivedAt),
    or(isNull(contracts.endingBefore), gt(contracts.endingBefore, startingAt)),
    endingBefore === undefined ? undefined : lt(contracts.startingAt, endingBefore),
  )
  const [[parent], siblings, [last], below, above] = await db.batch([
    db
      .select({ archivedAt: contracts.archivedAt, terms: contracts.terms })
      .from(contracts)
      .where(
        and(
          eq(contracts.environmentId, environmentId),
          eq(contracts.customerId, link.customerId),
          eq(contracts.id, link.contractId),
        ),
      ),
    db
      .select({ customerId: contractChildren.customerId })
      .from(contractChildren)
      .innerJoin(contracts, eq(contracts.id, contractChildren.contractId))
      .where(and(ofParent, overlaps))
      .limit(NODES_MAX),
    db
      .select({ ordinal: max(contractChildren.ordinal) })
      .from(contractChildren)
      .where(ofParent),
    db
      .select({ id: contractChildren.contractId })
      .from(contractChildren)
      .where(isOf(environmentId, contractChildren.customerId, link.customerId))
      .limit(1),
    db
      .select({ id: contractChildren.contractId })
      .from(contractChildren)
      .where(isOf(environmentId, contractChildren.parentCustomerId, customerId))
      .limit(1),
  ])
  return {
    surroundings: {
      parent:
        parent === undefined
          ? null
          : { archivedAt: parent.archivedAt, hierarchy: parent.terms.hierarchy },
      siblingCustomerIds: siblings.map((sibling) => sibling.customerId),
      isCustomerParent: above.length > 0,
      isParentChild: below.length > 0,
    },
    ordinal: (last?.ordinal ?? 0) + 1,
  }
}

/**
 * The statements that put a new contract below its parent, for a batch; none for other contracts.
 * Another account may have made a customer both parent and child in between: then there is no
 * ordinal, and the batch fails.
 * @param ordinal as it was loaded
 */
export function insertChild(
  db: Database,
  environmentId: string,
  { id: contractId, customerId, terms: { hierarchy } }: Contract,
  ordinal: number | undefined,
) {
  if (!isChild(hierarchy) || ordinal === undefined) return []
  const { contractId: parentContractId, customerId: parentCustomerId } = hierarchy.parent
  const link = { contractId, environmentId, customerId, parentContractId, parentCustomerId }
  const unlessBoth = sql<number>`CASE WHEN EXISTS (
    SELECT 1 FROM contract_children AS other
    WHERE other.environment_id = ${environmentId} AND other.customer_id = ${parentCustomerId}
  ) OR EXISTS (
    SELECT 1 FROM contract_children AS other
    WHERE other.environment_id = ${environmentId} AND other.parent_customer_id = ${customerId}
  ) THEN NULL ELSE ${ordinal} END`
  return [db.insert(contractChildren).values({ ...link, ordinal: unlessBoth })]
}

/** The contracts below some that are not over or archived, by the ids of these, oldest first. */
export async function listChildren(
  db: Database,
  environmentId: string,
  contractIds: string[],
  now: number,
): Promise<Map<string, ContractLink[]>> {
  if (contractIds.length === 0) return new Map()
  const rows = await db
    .select({
      parentId: contractChildren.parentContractId,
      contractId: contractChildren.contractId,
      customerId: contractChildren.customerId,
    })
    .from(contractChildren)
    .innerJoin(contracts, eq(contracts.id, contractChildren.contractId))
    .where(
      and(
        eq(contractChildren.environmentId, environmentId),
        inJson(contractChildren.parentContractId, contractIds),
        isNull(contracts.archivedAt),
        or(isNull(contracts.endingBefore), gt(contracts.endingBefore, now)),
      ),
    )
    .orderBy(asc(contractChildren.ordinal))
  const links = Map.groupBy(rows, ({ parentId }) => parentId)
  return new Map(
    [...links].map(([parentId, children]) => [
      parentId,
      children.map(({ contractId, customerId }) => ({ contractId, customerId })),
    ]),
  )
}

/** A contract whose usage invoices may be joined with those of the one above it. */
export interface ConsolidatedChild extends ContractLink {
  parentId: string
}

/**
 * The contracts below some whose statements are consolidated, oldest first, those that are over or
 * archived among them: they may have invoices.
 */
export async function listConsolidatedChildren(
  db: Database,
  environmentId: string,
  contractIds: string[],
): Promise<ConsolidatedChild[]> {
  return db
    .select({
      parentId: contractChildren.parentContractId,
      contractId: contractChildren.contractId,
      customerId: contractChildren.customerId,
    })
    .from(contractChildren)
    .innerJoin(contracts, eq(contracts.id, contractChildren.contractId))
    .where(
      and(
        eq(contractChildren.environmentId, environmentId),
        inJson(contractChildren.parentContractId, contractIds),
        sql`json_extract(${contracts.terms}, '$.hierarchy.statements') = 'CONSOLIDATE'`,
      ),
    )
    .orderBy(asc(contractChildren.ordinal))
}

function isOf(
  environmentId: string,
  column: typeof contractChildren.customerId | typeof contractChildren.parentCustomerId,
  customerId: string,
) {
  return and(eq(contractChildren.environmentId, environmentId), eq(column, customerId))
}
