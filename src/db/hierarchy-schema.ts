import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { environmentId } from './schema.ts'

/** Contracts that are below others (pricing 13); rows are only added. */
export const contractChildren = sqliteTable(
  'contract_children',
  {
    contractId: text('contract_id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    parentContractId: text('parent_contract_id').notNull(),
    parentCustomerId: text('parent_customer_id').notNull(),
    /** Counts those below a contract from 1: of two that were decided on the same state, one fails. */
    ordinal: integer('ordinal').notNull(),
  },
  (table) => [
    uniqueIndex('contract_children_ordinal').on(table.parentContractId, table.ordinal),
    index('contract_children_customer').on(table.environmentId, table.customerId),
    index('contract_children_parent_customer').on(table.environmentId, table.parentCustomerId),
  ],
)
