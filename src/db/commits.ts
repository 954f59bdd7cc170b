import type { Balance } from '../core/ledger/balance.ts'
import type { commits } from './schema.ts'

export type CommitRow = typeof commits.$inferSelect

export function fromCommitRow(row: CommitRow): Balance {
  const { environmentId: _, terms, ...columns } = row
  return { ...terms, ...columns }
}
