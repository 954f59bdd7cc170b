import type { Expression, Fragment } from '../plan.ts'

/** A property must be one of some texts. */
export interface PropertyCondition {
  property: string
  values: readonly string[]
}

/** A fragment that reads only events that meet all conditions (SQ-17). */
export function restrictFragment(
  fragment: Fragment,
  conditions: readonly PropertyCondition[],
): Fragment {
  if (conditions.length === 0) return fragment
  const columns = [...fragment.columns]
  const added = conditions.map(({ property, values }): Expression => {
    let index = columns.findIndex(
      (column) => column.kind === 'property' && column.name === property,
    )
    if (index < 0) index = columns.push({ kind: 'property', name: property }) - 1
    const operand: Expression = { op: 'column', type: 'property', index }
    const texts = values.map((value): Expression => ({ op: 'text', type: 'text', value }))
    return { op: 'in', type: 'boolean', of: 'text', args: [operand, ...texts] }
  })
  // The query's own filter goes first: it is what mostly leaves events out.
  const all = fragment.filter === null ? added : [fragment.filter, ...added]
  return { ...fragment, columns, filter: all.reduce(and) }
}

function and(left: Expression, right: Expression): Expression {
  return { op: 'and', type: 'boolean', args: [left, right] }
}
