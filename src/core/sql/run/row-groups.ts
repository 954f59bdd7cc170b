import { newState, type AggregateState } from './aggregate-state.ts'
import { extraValues, type Budget } from './budget.ts'
import { compileAggregate, type RowAdder } from './compile-aggregate.ts'
import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import { PairTable } from './pair-table.ts'
import type { Aggregate, Expression, SqlValue } from '../plan.ts'
import { canonicalValue, lookupKey } from '../values/row-values.ts'

export interface Grouping {
  keys: readonly Expression[]
  aggregates: Aggregate[]
  /** The groups stand for distinct rows, whose number is not limited as that of groups is. */
  areRows?: boolean
}

/** A group of rows as it was found. */
export interface RowGroup {
  /** 0 where rows were added without parts. */
  part: number
  keys: SqlValue[]
}

/**
 * Groups rows by keys, column by column, and adds them to the states of their groups. Each key's
 * values are numbered as they come; a group is a path of such numbers.
 */
export class RowGroups {
  /** By aggregate, then by group. */
  readonly states: AggregateState[][]
  private readonly keys: KeyLevel[]
  private readonly aggregates: Aggregate[]
  private readonly adders: RowAdder[]
  private readonly parts = new PartLevel()
  private readonly groupsOfPart: number[] = []
  private readonly budget: Budget
  private readonly areBounded: boolean
  /** What keys are made from. */
  private readonly noKeys: SqlValue[]
  private count = 0

  /** @param frame holds the columns of the rows that are added */
  constructor(
    { keys, aggregates, areRows }: Grouping,
    frame: Frame,
    { budget, diagnostics }: { budget: Budget; diagnostics: Diagnostics },
  ) {
    this.keys = keys.map((key) => new KeyLevel(compileExpression(key, frame, diagnostics)))
    this.noKeys = keys.map(() => null)
    this.aggregates = aggregates
    this.adders = aggregates.map((aggregate) =>
      compileAggregate(aggregate, frame, { budget, diagnostics }),
    )
    this.states = aggregates.map(() => [])
    this.budget = budget
    this.areBounded = areRows !== true
  }

  get size(): number {
    return this.count
  }

  /** The keys' values, each once, as `group` wants them. */
  get keyValues(): SqlValue[][] {
    return this.keys.map(({ values }) => values.map(canonicalValue))
  }

  /**
   * Adds the frame's rows at `rows[0]` … `rows[count − 1]`.
   * @param partOf for each of them a small number that keeps groups apart; null: all are in part 0
   */
  add(rows: Int32Array, count: number, partOf: Int32Array | null = null): void {
    this.budget.burn(count * (1 + this.keys.length + this.adders.length))
    let ids = this.parts.assign(partOf, count)
    for (const [i, level] of this.keys.entries()) {
      const held = level.held
      const paths = level.paths.size
      level.assign(ids, rows, count)
      ids = level.ids
      this.budget.hold(level.held - held)
      if (i < this.keys.length - 1) this.budget.hold(level.paths.size - paths)
    }
    this.addGroups((this.keys.at(-1)?.paths ?? this.parts).size)
    for (const [i, add] of this.adders.entries()) {
      const states = this.states[i]!
      for (let at = 0; at < count; at++) add(states[ids[at]!]!, rows[at]!)
    }
  }

  /** The one group that an aggregation without keys has, also without rows. */
  addEmptyGroup(): void {
    this.parts.assign(null, 1)
    this.addGroups(1)
  }

  /** A group's part, and its key with `values` in place of `keyValues`. */
  group(index: number, values: readonly SqlValue[][]): RowGroup {
    const keys = this.noKeys.slice()
    let at = index
    for (let i = keys.length - 1; i >= 0; i--) {
      const { paths } = this.keys[i]!
      keys[i] = values[i]![paths.rights[at]!]!
      at = paths.lefts[at]!
    }
    return { part: this.parts.values[at]!, keys }
  }

  private partOf(index: number): number {
    let at = index
    for (let i = this.keys.length - 1; i >= 0; i--) at = this.keys[i]!.paths.lefts[at]!
    return this.parts.values[at]!
  }

  private addGroups(size: number): void {
    for (; this.count < size; this.count++) {
      this.budget.hold(1 + this.aggregates.length)
      const part = this.partOf(this.count)
      const ofPart = (this.groupsOfPart[part] ?? 0) + 1
      this.groupsOfPart[part] = ofPart
      if (this.areBounded) this.budget.limitGroups(ofPart)
      for (const [i, aggregate] of this.aggregates.entries()) {
        this.states[i]!.push(newState(aggregate))
      }
    }
  }
}

/** The first step of each path: the part. */
class PartLevel {
  readonly values: number[] = []
  private readonly idOf = new Map<number, number>()
  private ids = new Int32Array(0)

  get size(): number {
    return this.values.length
  }

  assign(partOf: Int32Array | null, count: number): Int32Array {
    if (this.ids.length < count) this.ids = new Int32Array(count)
    if (partOf === null) {
      if (count > 0) this.ids.fill(this.id(0), 0, count)
      return this.ids
    }
    for (let at = 0; at < count; at++) this.ids[at] = this.id(partOf[at]!)
    return this.ids
  }

  private id(part: number): number {
    const known = this.idOf.get(part)
    if (known !== undefined) return known
    this.idOf.set(part, this.values.length)
    return this.values.push(part) - 1
  }
}

/** One key: its values, and the paths that end with one of them. */
class KeyLevel {
  readonly values: SqlValue[] = []
  /** How many values these count for. */
  held = 0
  /** Each path as the path before it, and the value's code. */
  readonly paths = new PairTable()
  ids = new Int32Array(0)
  private readonly read: (row: number) => SqlValue
  private readonly codeOf = new Map<string | number | boolean | null, number>()

  constructor(read: (row: number) => SqlValue) {
    this.read = read
  }

  /** Sets `ids` to the paths of the rows, given the paths before. */
  assign(before: Int32Array, rows: Int32Array, count: number): void {
    if (this.ids.length < count) this.ids = new Int32Array(count)
    const { ids, read, paths } = this
    // Neighbours are often of one hour, one type, one user.
    let [lastValue, lastCode]: [SqlValue | undefined, number] = [undefined, -1]
    let [lastBefore, lastPath] = [-1, -1]
    for (let at = 0; at < count; at++) {
      const value = read(rows[at]!)
      const code = value === lastValue ? lastCode : this.code(value)
      const parent = before[at]!
      if (code !== lastCode || parent !== lastBefore) {
        lastPath = paths.numberOf(parent, code)
        lastBefore = parent
      }
      lastValue = value
      lastCode = code
      ids[at] = lastPath
    }
  }

  private code(value: SqlValue): number {
    const key = lookupKey(value)
    const known = this.codeOf.get(key)
    if (known !== undefined) return known
    this.codeOf.set(key, this.values.length)
    this.held += 1 + extraValues(value)
    return this.values.push(value) - 1
  }
}
