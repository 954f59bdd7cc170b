import { assert } from '../../result.ts'
import { Numeric } from '../values/numeric.ts'
import { NumericSum } from '../values/numeric-sum.ts'
import type { SqlPlan, SqlType, SqlValue } from '../plan.ts'
import { valueText } from '../values/row-values.ts'
import { timestampText } from '../values/timestamps.ts'

/** A quantity of a group: its key's values as texts, null for NULL. */
export interface GroupQuantity {
  group: (string | null)[]
  /** Null where it is NULL in all rows of the group. */
  quantity: Numeric | null
}

/**
 * The quantities that a query's rows say: `value` summed over the rows of each group, whatever the
 * query computed it by (SQ-10 … SQ-13). A NULL adds nothing (SQ-15); no rows have no groups.
 * @param groupKey names of result columns; null: all rows are one group
 * @returns by the group as JSON
 */
export function quantitiesOf(
  plan: SqlPlan,
  rows: readonly (readonly SqlValue[])[],
  groupKey: readonly string[] | null,
): Map<string, GroupQuantity> {
  const columns = (groupKey ?? []).map((name) => keyColumn(plan, name))
  const groups = new Map<string, { group: (string | null)[]; sum: NumericSum | null }>()
  for (const row of rows) {
    const group = columns.map((column) => keyText(plan.relation.types[column]!, row[column]!))
    const text = JSON.stringify(group)
    const known = groups.get(text) ?? addGroup(groups, text, group)
    const value = row[plan.value]
    if (value instanceof Numeric) (known.sum ??= new NumericSum()).add(value)
  }
  const quantities = [...groups].map(([text, { group, sum }]) => {
    return [text, { group, quantity: sum === null ? null : sum.value() }] as const
  })
  return new Map(quantities)
}

/** Where a query's result has a key, or null: by the exact name, else by the name in any case. */
export function findKey(plan: Pick<SqlPlan, 'keys'>, name: string): number | null {
  const exact = plan.keys.find((key) => key.name === name)
  const folded = name.toLowerCase()
  const key = exact ?? plan.keys.find((each) => each.name.toLowerCase() === folded)
  return key?.column ?? null
}

function keyColumn(plan: SqlPlan, name: string): number {
  const column = findKey(plan, name)
  assert(column !== null, `the result has a column ${name}`)
  return column
}

/** A value as a text, as keys have it (SQ-16). */
export function keyText(type: SqlType, value: SqlValue): string | null {
  if (value === null) return null
  return type === 'timestamp' ? timestampText(value as number) : valueText(value)
}

function addGroup<Group>(
  groups: Map<string, { group: Group; sum: NumericSum | null }>,
  text: string,
  group: Group,
): { group: Group; sum: NumericSum | null } {
  const added = { group, sum: null }
  groups.set(text, added)
  return added
}
