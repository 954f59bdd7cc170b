import { and, asc, count, eq } from 'drizzle-orm'
import type { ContractEdit, ContractState } from '../core/contracts/contract-edit.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { assert } from '../core/result.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { contractEdits, contracts } from './schema.ts'

/** What a contract was when it was created, and all its edits, of which there is one at least, in order. */
export interface ContractHistory {
  initial: ContractState
  edits: ContractEdit[]
}

type EditRow = typeof contractEdits.$inferSelect

function fromEditRow(row: EditRow): ContractEdit {
  const { environmentId: _, initial: __, ...edit } = row
  return edit
}

/** The histories of some contracts, by the contracts' ids; those without edits have none here. */
export async function loadHistories(
  db: Database,
  environmentId: string,
  contractIds: string[],
): Promise<Map<string, ContractHistory>> {
  const rows = await db
    .select()
    .from(contractEdits)
    .where(
      and(
        eq(contractEdits.environmentId, environmentId),
        inJson(contractEdits.contractId, contractIds),
      ),
    )
    .orderBy(asc(contractEdits.contractId), asc(contractEdits.ordinal))
  const byContract = Map.groupBy(rows, (row) => row.contractId)
  return new Map(
    [...byContract].map(([id, own]) => {
      const initial = own[0]?.initial
      assert(initial != null, `the first edit of contract ${id} must say what it was before`)
      return [id, { initial, edits: own.map(fromEditRow) }]
    }),
  )
}

export async function findEdit(
  db: Database,
  environmentId: string,
  id: string,
): Promise<ContractEdit | null> {
  const row = await db
    .select()
    .from(contractEdits)
    .where(and(eq(contractEdits.environmentId, environmentId), eq(contractEdits.id, id)))
    .get()
  return row === undefined ? null : fromEditRow(row)
}

/** How many edits a contract has had, and whether any edit of the environment has used a key. */
export async function countEdits(
  db: Database,
  environmentId: string,
  contractId: string,
  uniquenessKey: string | undefined,
): Promise<{ edits: number; isUniquenessKeyUsed: boolean }> {
  const [[own], used] = await db.batch([
    db.select({ n: count() }).from(contractEdits).where(eq(contractEdits.contractId, contractId)),
    db
      .select({ id: contractEdits.id })
      .from(contractEdits)
      .where(
        and(
          eq(contractEdits.environmentId, environmentId),
          eq(contractEdits.uniquenessKey, uniquenessKey ?? ''),
        ),
      ),
  ])
  return {
    edits: own?.n ?? 0,
    isUniquenessKeyUsed: uniquenessKey !== undefined && used.length > 0,
  }
}

/** The statements that change a contract and record the edit, for a batch. */
export function writeEdit(
  db: Database,
  environmentId: string,
  change: { before: Contract; contract: Contract; edit: ContractEdit },
) {
  const { before, contract, edit } = change
  const { endingBefore, terms } = contract
  const initial =
    edit.ordinal === 1 ? { endingBefore: before.endingBefore, terms: before.terms } : null
  return [
    db.insert(contractEdits).values({ ...edit, environmentId, initial }),
    db
      .update(contracts)
      .set({ endingBefore, terms })
      .where(and(eq(contracts.environmentId, environmentId), eq(contracts.id, contract.id))),
  ] as const
}
