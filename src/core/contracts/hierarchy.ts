import { ok, refuse, type Result } from '../result.ts'

export const PAYERS = ['SELF', 'PARENT'] as const
export const CHILD_STATEMENTS = ['CONSOLIDATE', 'SEPARATE'] as const
export const CONSOLIDATIONS = ['CONCATENATE', 'NONE'] as const

/** A contract, and whose it is. */
export interface ContractLink {
  contractId: string
  customerId: string
}

/** A contract below another one, which may let it draw on its balances (pricing 13). */
export interface ChildHierarchy {
  parent: ContractLink
  /** Who pays the invoices of the child. */
  payer: (typeof PAYERS)[number]
  statements: (typeof CHILD_STATEMENTS)[number]
}

/** What a contract says for the ones below it; without it, they are not consolidated either. */
export interface ParentHierarchy {
  consolidation: (typeof CONSOLIDATIONS)[number]
}

/** A contract's place among contracts of other customers; never changed later. */
export type Hierarchy = ChildHierarchy | ParentHierarchy

/** A contract as far as its place matters. */
export interface PlacedContract {
  id: string
  customerId: string
  terms: { hierarchy?: Hierarchy }
}

/** As it is asked for. */
export interface HierarchyInput {
  parent?: ContractLink
  payer?: ChildHierarchy['payer']
  statements?: ChildHierarchy['statements']
  consolidation?: ParentHierarchy['consolidation']
}

/** What exists around a new child. */
export interface HierarchySurroundings {
  /** Null: that customer has no such contract. */
  parent: { archivedAt: number | null; hierarchy: Hierarchy | undefined } | null
  /** The customers of the parent's contracts below it that are not over before the child starts. */
  siblingCustomerIds: readonly string[]
  /** Whether other contracts are below some of the child's customer. */
  isCustomerParent: boolean
  /** Whether the parent's customer has contracts below others. */
  isParentChild: boolean
}

/** The parent is one of them. */
export const NODES_MAX = 10

const FIELD = 'hierarchy_configuration'

/**
 * Decides on a new contract's place in a hierarchy (pricing 13): one level, so that whose contracts
 * have some below them never has contracts below others.
 * @param surroundings undefined where no parent is named
 */
export function createHierarchy(
  input: HierarchyInput,
  customerId: string,
  surroundings: HierarchySurroundings | undefined,
): Result<Hierarchy> {
  const { parent, payer = 'SELF', statements = 'SEPARATE', consolidation } = input
  if (parent === undefined || surroundings === undefined) return createParent(input)
  if (consolidation !== undefined) {
    return refuse('invalid', `${FIELD}.parent_behavior: expected only without parent`)
  }
  if (statements === 'CONSOLIDATE' && payer === 'SELF') {
    return refuse(
      'invalid',
      `${FIELD}.usage_statement_behavior: CONSOLIDATE is expected only with payer PARENT`,
    )
  }
  const checked = checkParent(parent, customerId, surroundings)
  return checked.ok ? ok({ parent, payer, statements }) : checked
}

export function isChild(hierarchy: Hierarchy | undefined): hierarchy is ChildHierarchy {
  return hierarchy !== undefined && 'parent' in hierarchy
}

/** The contract whose customer pays the usage invoices of a contract; null outside of hierarchies. */
export function payerOf(contract: PlacedContract, isParent: boolean): ContractLink | null {
  const { id: contractId, customerId } = contract
  const { hierarchy } = contract.terms
  if (isChild(hierarchy) && hierarchy.payer === 'PARENT') return hierarchy.parent
  return hierarchy !== undefined || isParent ? { contractId, customerId } : null
}

/** The contract on whose consolidated invoices statements of a contract may be; null for none. */
export function consolidatorOf(contract: PlacedContract): ContractLink | null {
  const { id: contractId, customerId } = contract
  const { hierarchy } = contract.terms
  if (hierarchy === undefined) return null
  if (isChild(hierarchy)) return hierarchy.statements === 'CONSOLIDATE' ? hierarchy.parent : null
  return hierarchy.consolidation === 'CONCATENATE' ? { contractId, customerId } : null
}

function createParent({ payer, statements, consolidation }: HierarchyInput): Result<Hierarchy> {
  if (payer !== undefined) return refuse('invalid', `${FIELD}.payer: expected only with parent`)
  if (statements !== undefined) {
    return refuse('invalid', `${FIELD}.usage_statement_behavior: expected only with parent`)
  }
  if (consolidation !== undefined) return ok({ consolidation })
  return refuse('invalid', `${FIELD}.parent: expected this or parent_behavior`)
}

function checkParent(
  link: ContractLink,
  customerId: string,
  { parent, siblingCustomerIds, isCustomerParent, isParentChild }: HierarchySurroundings,
): Result<null> {
  const field = `${FIELD}.parent`
  if (parent === null) {
    return refuse(
      'not_found',
      `${field}.contract_id: customer ${link.customerId} has no contract ${link.contractId}`,
    )
  }
  if (parent.archivedAt !== null) {
    return refuse('invalid', `${field}.contract_id: contract ${link.contractId} is archived`)
  }
  if (link.customerId === customerId) {
    return refuse('invalid', `${field}.customer_id: expected another customer than the child's`)
  }
  if (isParentChild || isChild(parent.hierarchy)) {
    return refuse(
      'invalid',
      `${field}.customer_id: customer ${link.customerId} has contracts below others; a hierarchy has one level`,
    )
  }
  if (isCustomerParent) {
    return refuse(
      'invalid',
      `${field}: contracts of this customer have others below them; a hierarchy has one level`,
    )
  }
  if (siblingCustomerIds.includes(customerId)) {
    return refuse(
      'invalid',
      `${field}.contract_id: the customer has another contract below ${link.contractId}`,
    )
  }
  if (siblingCustomerIds.length + 2 <= NODES_MAX) return ok(null)
  return refuse(
    'invalid',
    `${field}.contract_id: a hierarchy has at most ${NODES_MAX} contracts at once, the parent among them`,
  )
}
