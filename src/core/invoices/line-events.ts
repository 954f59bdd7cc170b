import { isSqlMetric, type BillableMetric, type StreamingMetric } from '../metering/metric.ts'
import { filterSpans } from '../rating/plan-reads.ts'
import {
  PLAN_VERSION,
  type Expression,
  type Fragment,
  type ScanColumn,
  type SqlPlan,
} from '../sql/plan.ts'
import { restrictFragment, type PropertyCondition } from '../sql/run/restrict-fragment.ts'
import type { Period } from '../time.ts'
import type { Invoice, UsageLine } from './invoice.ts'

/** A span of a line's time, and what events must have in it to be on the line. */
export interface EventSelection extends Period {
  conditions: PropertyCondition[]
}

/**
 * The events that a line counts: of a streaming metric those in its time with its values, of a SQL
 * metric all that its query may have looked at, from the period's start on; in either case those
 * that pass the usage filter.
 */
export function selectLineEvents(
  invoice: Pick<Invoice, 'startingAt'>,
  line: UsageLine,
  metric: BillableMetric,
): EventSelection[] {
  const isSql = isSqlMetric(metric)
  const startMs = isSql ? (invoice.startingAt ?? line.startingAt) : line.startingAt
  const values = isSql ? [] : valuesOf(line)
  const filters = line.derivation.pricing?.usageFilters ?? []
  return filterSpans(filters, { startMs, endMs: line.endingBefore }).map((span) => {
    const { filter } = span
    const conditions = [...values]
    if (filter !== null) conditions.push({ property: filter.groupKey, values: filter.groupValues })
    return { startMs: span.startMs, endMs: span.endMs, conditions }
  })
}

function valuesOf({ pricingGroupValues, presentationGroupValues }: UsageLine) {
  const values = { ...presentationGroupValues, ...pricingGroupValues }
  return Object.entries(values).map(([property, value]) => {
    return { property, values: value === null ? [] : [value] }
  })
}

/** A plan that counts the events that a metric reads and that meet some conditions. */
export function countPlan(
  metric: BillableMetric,
  conditions: readonly PropertyCondition[],
): SqlPlan {
  const fragment = restrictFragment(readBy(metric), conditions)
  return {
    version: PLAN_VERSION,
    fragments: [
      {
        ...fragment,
        keys: [],
        aggregates: [{ filter: null, type: 'numeric', fn: 'count-rows' }],
      },
    ],
    relation: { op: 'fragment', types: ['numeric'], index: 0 },
    value: 0,
    keys: [],
  }
}

type Reading = Pick<Fragment, 'columns' | 'filter'>

function readBy(metric: BillableMetric): Fragment {
  const reading = isSqlMetric(metric) ? readBySql(metric.plan) : readByStreaming(metric)
  return { ...reading, keys: [], aggregates: [] }
}

/** A query of several parts may look at any event. */
function readBySql({ fragments }: SqlPlan): Reading {
  const [only] = fragments
  if (only === undefined || fragments.length > 1) return { columns: [], filter: null }
  return { columns: only.columns, filter: only.filter }
}

function readByStreaming(metric: StreamingMetric): Reading {
  const columns: ScanColumn[] = [{ kind: 'event_type' }]
  const eventType: Expression = { op: 'column', type: 'text', index: 0 }
  const { inValues, notInValues } = metric.eventTypeFilter ?? {}
  const conditions: Expression[] = []
  if (inValues !== undefined) conditions.push(isIn(eventType, inValues))
  if (notInValues !== undefined) conditions.push(not(isIn(eventType, notInValues)))
  const property = (name: string): Expression => {
    columns.push({ kind: 'property', name })
    return { op: 'column', type: 'property', index: columns.length - 1 }
  }
  for (const filter of metric.propertyFilters) {
    const operand = property(filter.name)
    if (filter.exists === true) conditions.push(not(isNull(operand)))
    if (filter.exists === false) conditions.push(isNull(operand))
    if (filter.inValues !== undefined) conditions.push(isIn(operand, filter.inValues))
    if (filter.notInValues !== undefined) {
      conditions.push(or(isNull(operand), not(isIn(operand, filter.notInValues))))
    }
  }
  for (const name of new Set(metric.groupKeys.flat())) {
    conditions.push(not(isNull(property(name))))
  }
  const [first, ...others] = conditions
  return { columns, filter: first === undefined ? null : others.reduce(and, first) }
}

function isIn(operand: Expression, values: readonly string[]): Expression {
  if (values.length === 0) return { op: 'boolean', type: 'boolean', value: false }
  const texts = values.map((value): Expression => ({ op: 'text', type: 'text', value }))
  return { op: 'in', type: 'boolean', of: 'text', args: [operand, ...texts] }
}

function isNull(operand: Expression): Expression {
  return { op: 'is-null', type: 'boolean', args: [operand] }
}

function not(operand: Expression): Expression {
  return { op: 'not', type: 'boolean', args: [operand] }
}

function or(left: Expression, right: Expression): Expression {
  return { op: 'or', type: 'boolean', args: [left, right] }
}

function and(left: Expression, right: Expression): Expression {
  return { op: 'and', type: 'boolean', args: [left, right] }
}
