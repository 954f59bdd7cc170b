import { Decimal } from '../../decimal.ts'
import { naiveQuantities } from '../../sql/naive/naive-quantities.ts'
import { evaluateNaively } from '../../sql/naive/naive-query.ts'
import { incrementUsage } from '../../sql/known-increments.ts'
import type { Fragment, SqlPlan } from '../../sql/plan.ts'
import type { PropertyCondition } from '../../sql/run/restrict-fragment.ts'
import type { UsageEvent } from '../event.ts'
import { textOf, type NaiveEvent } from './naive-event.ts'
import { meets } from './naive-match.ts'
import type { NaiveGroup, NaiveQuestion } from './naive-usage.ts'
import type { WindowUsage } from '../usage.ts'

interface NaiveSqlGroup extends NaiveGroup {
  /** The windows up to whose ends the result has the group. */
  present: Set<number>
}

/** About what an event takes in memory beside its texts, a row of it included. */
const EVENT_BYTES = 500

/** The usage of one SQL metric: all its events are kept, and evaluated as a whole. */
export class NaiveSqlUsage {
  private readonly plan: SqlPlan
  private readonly groupKey: readonly string[]
  private readonly boundaries: readonly number[]
  private readonly conditions: (readonly PropertyCondition[])[] | undefined
  private readonly properties: ReadonlySet<string>
  /** By window. */
  private readonly events: UsageEvent[][]
  /** About what they take in memory. */
  bytes = 0

  constructor(plan: SqlPlan, { groupKey, boundaries, conditions }: Omit<NaiveQuestion, 'metric'>) {
    this.plan = plan
    this.groupKey = groupKey ?? []
    this.boundaries = boundaries
    this.conditions = conditions
    this.events = boundaries.slice(1).map(() => [])
    const columns = plan.fragments.flatMap((fragment) => fragment.columns)
    this.properties = new Set(
      columns.flatMap((column) => (column.kind === 'property' ? [column.name] : [])),
    )
  }

  add(event: NaiveEvent): void {
    const end = this.boundaries.findIndex((boundary) => event.time.ms < boundary)
    if (end < 1 || !meets(event, this.conditions?.[end - 1])) return
    const { transactionId, ingestId, eventType, time } = event
    const texts = [...this.properties].map((name) => [name, textOf(event, name)] as const)
    const length = texts.reduce((sum, [, text]) => sum + (text?.length ?? 0), 0)
    this.bytes += EVENT_BYTES + 2 * (length + transactionId.length + ingestId.length)
    this.events[end - 1]!.push({
      transactionId,
      ingestId,
      eventType,
      timestampMs: time.ms,
      subMs: time.rest.isZero() ? '' : time.rest.toFixed().slice(2),
      properties: Object.fromEntries(texts.filter(([, text]) => text !== null)),
    })
  }

  /** What each window adds to the result so far, of each group that is in the result or was. */
  usage(): WindowUsage[] {
    const groups = this.groups()
    const listed = this.events.map((events) => this.isRead(events))
    return groups.flatMap(({ group, present, increments }) =>
      increments.flatMap((increment, window) =>
        listed[window] === true && (present.has(window) || !increment.isZero())
          ? [incrementUsage(window, group, increment)]
          : [],
      ),
    )
  }

  groups(): NaiveSqlGroup[] {
    const windowCount = this.events.length
    const groups = new Map<string, NaiveSqlGroup>()
    const groupAt = (group: (string | null)[]): NaiveSqlGroup => {
      const key = JSON.stringify(group)
      let found = groups.get(key)
      if (found === undefined) {
        const values = Array.from({ length: windowCount }, () => null)
        const increments = Array.from({ length: windowCount }, () => new Decimal(0))
        groups.set(key, (found = { group, values, increments, present: new Set() }))
      }
      return found
    }
    let before = new Map<string, Decimal>()
    for (const [window, events] of this.events.entries()) {
      if (!this.isRead(events)) continue
      for (const { group, quantity } of this.evaluate(events)) {
        groupAt(group).values[window] = quantity === null ? null : new Decimal(quantity)
      }
      const soFar = this.evaluate(this.events.slice(0, window + 1).flat())
      const after = new Map(
        soFar.map(({ group, quantity }) => [JSON.stringify(group), new Decimal(quantity ?? 0)]),
      )
      for (const key of new Set([...before.keys(), ...after.keys()])) {
        const increment = (after.get(key) ?? new Decimal(0)).minus(before.get(key) ?? 0)
        const own = groupAt(JSON.parse(key) as (string | null)[])
        own.increments[window] = increment
        if (after.has(key)) own.present.add(window)
      }
      before = after
    }
    return [...groups.values()]
  }

  private isRead(events: readonly UsageEvent[]): boolean {
    return this.plan.fragments.some((fragment) => readsAny(fragment, events))
  }

  private evaluate(events: readonly UsageEvent[]) {
    const { plan, groupKey } = this
    const rows = evaluateNaively(plan, events)
    return rows.length === 0 ? [] : naiveQuantities(plan, rows, groupKey)
  }
}

/** Whether a fragment reads any of these events. */
function readsAny(fragment: Fragment, events: readonly UsageEvent[]): boolean {
  const rows: SqlPlan = {
    version: 1,
    fragments: [{ ...fragment, keys: [], aggregates: null }],
    relation: { op: 'fragment', index: 0, types: [] },
    value: 0,
    keys: [],
  }
  return evaluateNaively(rows, events).length > 0
}
