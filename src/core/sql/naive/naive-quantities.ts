import { sum, type Decimal } from '../../decimal.ts'
import type { BoundQuery, SqlPlan } from '../plan.ts'
import { limitNumber, readNumber } from './naive-arithmetic.ts'
import type { NaiveRow } from './naive-query.ts'
import { numberText } from './naive-value.ts'

/** What a group of a product's keys used. */
export interface NaiveQuantity {
  /** A value for each name of the group key; null where the column is NULL. */
  group: (string | null)[]
  /** A plain decimal; null where it is NULL in all rows. */
  quantity: string | null
}

/**
 * Sums the quantity over the rows that are alike in the columns of the group key (SQ-10 … SQ-13);
 * a NULL adds nothing (SQ-15), and keys are texts (SQ-16). Without a group key all rows are alike.
 * A name means the column of exactly this name, or else that of this name in another case.
 * @throws SqlLimitError `number` where a sum has more than 100 digits
 */
export function naiveQuantities(
  query: Pick<BoundQuery | SqlPlan, 'value' | 'keys'>,
  rows: readonly NaiveRow[],
  groupKey: readonly string[],
): NaiveQuantity[] {
  const columns = groupKey.map((name) => {
    const [key] = [
      ...query.keys.filter((candidate) => candidate.name === name),
      ...query.keys.filter((candidate) => candidate.name.toLowerCase() === name.toLowerCase()),
    ]
    if (key === undefined) throw new Error(`the result has no column ${name}`)
    return key.column
  })
  const quantities = new Map<string, Decimal[]>()
  for (const row of rows) {
    const group = JSON.stringify(columns.map((column) => keyOf(row[column] ?? null)))
    const quantity = row[query.value] ?? null
    const known = quantities.get(group) ?? []
    quantities.set(group, known)
    const number = quantity === null ? null : readNumber(String(quantity))
    if (number !== null) known.push(number)
  }
  return [...quantities].map(([group, values]) => ({
    group: JSON.parse(group) as (string | null)[],
    quantity: values.length === 0 ? null : numberText(limitNumber(sum(values))),
  }))
}

function keyOf(value: string | boolean | null): string | null {
  return value === null ? null : String(value)
}
