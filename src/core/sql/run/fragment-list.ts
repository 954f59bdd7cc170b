import { columnsOf, partsOf } from './expression-columns.ts'
import { fragmentTypes } from './fragment-groups.ts'
import type { Aggregate, Expression, Fragment, Relation } from '../plan.ts'
import type { ScanChain } from './scan-chain.ts'
import { substitute, substituteAggregate } from './substitute.ts'

/** The fragments of a plan as it is split; equal ones are one. */
export class FragmentList {
  readonly all: Fragment[] = []
  private readonly places = new Map<string, number>()

  /** The leaf that gives what is read of a chain. Keys and aggregates are over the scan's columns. */
  add(
    { columns, types, filter }: ScanChain,
    { keys, aggregates }: { keys: Expression[]; aggregates: Aggregate[] | null },
  ): Relation {
    const parts = [...(filter === null ? [] : [filter]), ...keys]
    const used = columnsOf([...parts, ...(aggregates ?? []).flatMap(partsOf)])
    const current = new Map([...used].map((column, i) => [column, i]))
    const moved = types.map((type, column): Expression => ({
      op: 'column',
      type,
      index: current.get(column) ?? -1,
    }))
    const fragment: Fragment = {
      columns: [...used].map((column) => columns[column]!),
      filter: filter && substitute(filter, moved),
      keys: keys.map((key) => substitute(key, moved)),
      aggregates: aggregates && aggregates.map((each) => substituteAggregate(each, moved)),
    }
    return { op: 'fragment', types: fragmentTypes(fragment), index: this.placeOf(fragment) }
  }

  private placeOf(fragment: Fragment): number {
    const text = JSON.stringify(fragment)
    const known = this.places.get(text)
    if (known !== undefined) return known
    this.places.set(text, this.all.length)
    return this.all.push(fragment) - 1
  }
}
