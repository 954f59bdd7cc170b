import { unreachable } from '../../result.ts'
import type { Aggregate, Expression, SortKey, WindowFunction } from '../plan.ts'

type Change = (expression: Expression) => Expression

/** The aggregate with each of its expressions changed. */
export function mapAggregate(aggregate: Aggregate, change: Change): Aggregate {
  const filter = aggregate.filter && change(aggregate.filter)
  switch (aggregate.fn) {
    case 'count-rows':
      return { ...aggregate, filter }
    case 'latest':
    case 'earliest': {
      const tie = aggregate.tie && change(aggregate.tie)
      return { ...aggregate, filter, arg: change(aggregate.arg), at: change(aggregate.at), tie }
    }
    case 'count':
    case 'count-distinct':
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'percentile-disc':
    case 'percentile-cont':
      return { ...aggregate, filter, arg: change(aggregate.arg) }
    default:
      return unreachable(aggregate)
  }
}

/** The window function with each of its expressions changed. */
export function mapWindow(window: WindowFunction, change: Change): WindowFunction {
  const partitionBy = window.partitionBy.map(change)
  const orderBy = window.orderBy.map((key): SortKey => ({ ...key, by: change(key.by) }))
  switch (window.fn) {
    case 'row-number':
    case 'rank':
    case 'dense-rank':
      return { ...window, partitionBy, orderBy }
    case 'lag':
    case 'lead': {
      const otherwise = window.otherwise && change(window.otherwise)
      return { ...window, partitionBy, orderBy, arg: change(window.arg), otherwise }
    }
    case 'first-value':
    case 'last-value':
      return { ...window, partitionBy, orderBy, arg: change(window.arg) }
    case 'count': {
      const arg = window.arg && change(window.arg)
      const filter = window.filter && change(window.filter)
      return { ...window, partitionBy, orderBy, arg, filter }
    }
    case 'sum':
    case 'avg':
    case 'min':
    case 'max': {
      const filter = window.filter && change(window.filter)
      return { ...window, partitionBy, orderBy, arg: change(window.arg), filter }
    }
    default:
      return unreachable(window)
  }
}
