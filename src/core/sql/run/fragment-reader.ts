import type { UsageEvent } from '../../metering/event.ts'
import type { AggregateState } from './aggregate-state.ts'
import { compileAggregate, type RowAdder } from './compile-aggregate.ts'
import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import { Diagnostics } from '../values/diagnostics.ts'
import { eventValue } from './event-batch.ts'
import { filterSteps, type FilterStep } from './fragment-filter.ts'
import { aggregatesOf } from './fragment-groups.ts'
import type { Fragment, ScanColumn, SqlValue } from '../plan.ts'
import { lookupKey, tupleText } from '../values/row-values.ts'

/** What an event is to a fragment. Valid until the reader reads the next one. */
export interface FragmentReading {
  readonly groupText: string
  /** Adds the event to the states of its group, one for each aggregate. */
  add(states: readonly AggregateState[]): void
}

// The memory of groups begins anew now and then, so that it stays flat.
const NODES_MAX = 5_000

/** Reads events one by one for aggregates that run along with ingest. */
export class FragmentReader implements FragmentReading {
  groupText = ''
  /** How many values were added to states that hold them, long texts as several. */
  held = 0
  private readonly frame: Frame
  private readonly cells: (SqlValue | undefined)[][]
  private readonly columns: readonly ScanColumn[]
  private readonly steps: FilterStep[]
  private readonly columnsAfter: number[]
  private readonly keys: ((row: number) => SqlValue)[]
  private readonly adders: RowAdder[]
  private root = new KeyNode()
  private nodes = 0

  constructor(fragment: Fragment, diagnostics: Diagnostics = new Diagnostics()) {
    this.columns = fragment.columns
    this.cells = fragment.columns.map(() => [undefined])
    this.frame = { columns: this.cells }
    const { steps, columnsAfter } = filterSteps(fragment, this.frame, diagnostics)
    this.steps = steps
    this.columnsAfter = columnsAfter
    this.keys = fragment.keys.map((key) => compileExpression(key, this.frame, diagnostics))
    this.adders = aggregatesOf(fragment).map((aggregate) =>
      compileAggregate(aggregate, this.frame, { diagnostics, budget: this }),
    )
  }

  /** The event's group, or null where the fragment's filter leaves it out. */
  read(event: UsageEvent): FragmentReading | null {
    const { steps } = this
    for (let i = 0; i < steps.length; i++) {
      const { columns, accepts } = steps[i]!
      this.load(event, columns)
      if (accepts(0) !== true) return null
    }
    this.load(event, this.columnsAfter)
    this.groupText = this.findGroup()
    return this
  }

  add(states: readonly AggregateState[]): void {
    const { adders } = this
    for (let i = 0; i < adders.length; i++) adders[i]!(states[i]!, 0)
  }

  /** Counts what states come to hold; nothing is refused here. */
  hold(values: number): void {
    this.held += values
  }

  private load(event: UsageEvent, columns: readonly number[]): void {
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!
      this.cells[column]![0] = eventValue(event, this.columns[column]!)
    }
  }

  private findGroup(): string {
    const { keys } = this
    let node = this.root
    for (let i = 0; i < keys.length; i++) {
      const key = lookupKey(keys[i]!(0))
      node = node.children.get(key) ?? this.addNode(node, key)
    }
    return (node.text ??= tupleText(keys.map((key) => key(0))))
  }

  private addNode(parent: KeyNode, key: string | number | boolean | null): KeyNode {
    if (++this.nodes > NODES_MAX) {
      this.root = new KeyNode()
      this.nodes = 0
    }
    const node = new KeyNode()
    parent.children.set(key, node)
    return node
  }
}

class KeyNode {
  text: string | null = null
  readonly children = new Map<string | number | boolean | null, KeyNode>()
}
