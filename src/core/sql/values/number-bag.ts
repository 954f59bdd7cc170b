import { CountTable } from '../run/count-table.ts'
import {
  Numeric,
  addNumeric,
  compareNumeric,
  fromInteger,
  isZero,
  multiplyNumeric,
  numericText,
  parseNumeric,
  roundNumeric,
  subtractNumeric,
} from './numeric.ts'
import { assert } from '../../result.ts'

/** Digits after the point in the fast lane. */
const LANE_SCALE = 6
const LANE_UNITS = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1]

/**
 * Numbers with how often each occurs, from which percentiles are taken. Bags merge in any order to
 * the same bag. Short numbers are kept as whole millionths, all others as canonical texts.
 */
export class NumberBag {
  private readonly lane = new CountTable()
  private readonly wide = new Map<string, number>()
  private count = 0

  /** How many different numbers there are. */
  get size(): number {
    return this.lane.size + this.wide.size
  }

  add(value: Numeric, times = 1): void {
    const units = laneUnits(value)
    if (!Number.isNaN(units)) this.addToLane(units, times)
    else this.addText(numericText(value), times)
  }

  addBag(other: NumberBag): void {
    for (const [units, times] of other.lane.entries()) this.addToLane(units, times)
    for (const [text, times] of other.wide) this.addWide(text, times)
  }

  /** By turns a canonical text and how often it occurs, ascending: equal bags have equal lists. */
  list(): (string | number)[] {
    const values = [...this.lane.entries()].map(([units, times]) => ({
      value: fromLane(units),
      times,
    }))
    for (const [text, times] of this.wide) values.push({ value: readText(text), times })
    values.sort((a, b) => compareNumeric(a.value, b.value))
    return values.flatMap(({ value, times }) => [numericText(value), times])
  }

  /** @param list what `list` gave */
  addList(list: readonly (string | number)[]): void {
    for (let i = 0; i + 1 < list.length; i += 2) this.addText(String(list[i]), Number(list[i + 1]))
  }

  /** The number of rank ⌈fraction · count⌉, the first one at least; null where there is none. */
  discretePercentile(fraction: string, isDescending: boolean): Numeric | null {
    if (this.count === 0) return null
    const rank = roundNumeric(this.share(fraction, this.count), 0, 'up')
    return this.ranked(isDescending)(Math.max(wholeOf(rank), 1) - 1)
  }

  /** The point that `fraction` of the way from the first number to the last, interpolated exactly. */
  continuousPercentile(fraction: string, isDescending: boolean): Numeric | null {
    if (this.count === 0) return null
    const place = this.share(fraction, this.count - 1)
    const below = roundNumeric(place, 0, 'down')
    const rest = subtractNumeric(place, below)
    const at = this.ranked(isDescending)
    const low = at(wholeOf(below))
    if (isZero(rest)) return low
    const high = at(wholeOf(below) + 1)
    return addNumeric(low, multiplyNumeric(subtractNumeric(high, low), rest))
  }

  private share(fraction: string, count: number): Numeric {
    return multiplyNumeric(readText(fraction), fromInteger(count))
  }

  /** Gives the number at a place, from 0. */
  private ranked(isDescending: boolean): (place: number) => Numeric {
    const values = this.wide.size === 0 ? this.sortedLane() : this.sortedValues()
    return (place) => {
      const ascending = isDescending ? this.count - 1 - place : place
      let passed = 0
      for (let i = 0; i < values.length; i++) {
        passed += values.timesAt(i)
        if (passed > ascending) return values.at(i)
      }
      throw new Error('Assertion failed: a rank lies within its bag')
    }
  }

  private sortedLane(): Ranked {
    const { lane } = this
    const units = lane.sortedKeys()
    return {
      length: units.length,
      at: (i) => fromLane(units[i]!),
      timesAt: (i) => lane.countOf(units[i]!),
    }
  }

  private sortedValues(): Ranked {
    const list = this.list()
    return {
      length: list.length / 2,
      at: (i) => readText(String(list[2 * i])),
      timesAt: (i) => Number(list[2 * i + 1]),
    }
  }

  private addText(text: string, times: number): void {
    // A number with zeros at its end may have looked too long for the lane.
    const units = laneUnits(readText(text))
    if (Number.isNaN(units)) this.addWide(text, times)
    else this.addToLane(units, times)
  }

  private addToLane(units: number, times: number): void {
    this.lane.add(units, times)
    this.count += times
  }

  private addWide(text: string, times: number): void {
    this.wide.set(text, (this.wide.get(text) ?? 0) + times)
    this.count += times
  }
}

interface Ranked {
  length: number
  at: (i: number) => Numeric
  timesAt: (i: number) => number
}

/** NaN where a number is no safe number of millionths. */
function laneUnits({ units, wide, scale }: Numeric): number {
  if (wide !== null || scale > LANE_SCALE) return NaN
  const value = units * LANE_UNITS[scale]!
  return Number.isSafeInteger(value) ? value : NaN
}

/** Without zeros at the end, as its text says it. */
function fromLane(units: number): Numeric {
  return readText(numericText(new Numeric(units, null, LANE_SCALE)))
}

function readText(text: string): Numeric {
  const value = parseNumeric(text)
  assert(value !== null, 'a bag keeps numbers as their canonical text')
  return value
}

function wholeOf(value: Numeric): number {
  return Number(numericText(value))
}
