import { Decimal, parseDecimal, toText } from '../decimal.ts'
import { unreachable } from '../result.ts'
import { compareCodePoints } from './code-point.ts'
import type { UsageEvent } from './event.ts'
import { ExactSum, millionths } from './exact-sum.ts'
import type { AggregationType, StreamingMetric } from './metric.ts'
import { propertyOf } from './property.ts'

/** A reading of a gauge, with all that decides which of two readings is the later one (AG-5). */
interface Reading {
  timestampMs: number
  subMs: string
  transactionId: string
  ingestId: string
  /** Plain decimal text. */
  value: string
}

/**
 * What some events of one window and group add up to. States merge in any order and any grouping
 * to the same result; those of MAX, LATEST and UNIQUE also when one is merged twice.
 */
export type AggregateState =
  | { type: 'COUNT'; count: number }
  | { type: 'SUM'; sum: ExactSum }
  | {
      type: 'MAX'
      max: string | null
      /** Its `millionths`, where they are known. */ value?: number
    }
  | { type: 'LATEST'; reading: Reading | null }
  | { type: 'UNIQUE'; values: Set<string> }

/** The state of no events. A cell exists only once something was added (AG-2). */
export function emptyState(type: AggregationType): AggregateState {
  switch (type) {
    case 'COUNT':
      return { type, count: 0 }
    case 'SUM':
      return { type, sum: new ExactSum() }
    case 'MAX':
      return { type, max: null }
    case 'LATEST':
      return { type, reading: null }
    case 'UNIQUE':
      return { type, values: new Set() }
    default:
      return unreachable(type)
  }
}

/**
 * What a matched event contributes: the text to add, or null when it contributes nothing, because
 * the aggregated property is missing or, but for UNIQUE, no number (AG-2, AG-3, AG-4). For COUNT
 * the text is empty.
 */
export function contributionOf(
  metric: Pick<StreamingMetric, 'aggregationType' | 'aggregationKey'>,
  event: UsageEvent,
): string | null {
  if (metric.aggregationType === 'COUNT') return ''
  const text = propertyOf(event, metric.aggregationKey ?? '')
  if (text === undefined) return null
  return metric.aggregationType === 'UNIQUE' || isNumeric(text) ? text : null
}

/**
 * @param contribution what `contributionOf` gave for this event and a metric of this type
 * @param value its `millionths`, if they are known already; only SUM and MAX look at them
 */
export function addContribution(
  state: AggregateState,
  contribution: string,
  event: UsageEvent,
  value?: number,
): void {
  switch (state.type) {
    case 'COUNT':
      state.count++
      return
    case 'SUM':
      return state.sum.add(contribution, value)
    case 'MAX':
      if (state.value !== undefined && value !== undefined && value <= state.value) return
      state.max = greater(state.max, contribution)
      state.value = state.max === contribution ? value : undefined
      return
    case 'LATEST': {
      const { timestampMs, subMs, transactionId, ingestId } = event
      const reading = { timestampMs, subMs, transactionId, ingestId, value: contribution }
      state.reading = later(state.reading, reading)
      return
    }
    case 'UNIQUE':
      state.values.add(contribution)
      return
    default:
      unreachable(state)
  }
}

/** Merges `source` into `target`; both are of the same type. */
export function mergeInto(target: AggregateState, source: AggregateState): void {
  if (target.type === 'COUNT' && source.type === 'COUNT') target.count += source.count
  else if (target.type === 'SUM' && source.type === 'SUM') target.sum.addSum(source.sum)
  else if (target.type === 'MAX' && source.type === 'MAX') {
    if (source.max !== null) target.max = greater(target.max, source.max)
    target.value = undefined
  } else if (target.type === 'LATEST' && source.type === 'LATEST') {
    if (source.reading !== null) target.reading = later(target.reading, source.reading)
  } else if (target.type === 'UNIQUE' && source.type === 'UNIQUE') {
    for (const value of source.values) target.values.add(value)
  } else {
    throw new Error(`Assertion failed: ${source.type} does not merge into ${target.type}`)
  }
}

/** The text of two merged states, from their texts. */
export function mergeStates(type: AggregationType, a: string, b: string): string {
  const state = decodeState(type, a)
  mergeInto(state, decodeState(type, b))
  return encodeState(state)
}

/** The metric's value. The state has at least one contribution. */
export function stateValue(state: AggregateState): Decimal {
  switch (state.type) {
    case 'COUNT':
      return new Decimal(state.count)
    case 'SUM':
      return new Decimal(state.sum.toText())
    case 'MAX':
      return new Decimal(state.max ?? 0)
    case 'LATEST':
      return new Decimal(state.reading?.value ?? 0)
    case 'UNIQUE':
      return new Decimal(state.values.size)
    default:
      return unreachable(state)
  }
}

/** A state as text: decimal text, or JSON for LATEST and UNIQUE. Equal states have equal texts. */
export function encodeState(state: AggregateState): string {
  switch (state.type) {
    case 'COUNT':
      return String(state.count)
    case 'SUM':
      return state.sum.toText()
    case 'MAX':
      return state.max === null ? '' : plain(state.max)
    case 'LATEST': {
      if (state.reading === null) return ''
      const { timestampMs, subMs, transactionId, ingestId, value } = state.reading
      return JSON.stringify([timestampMs, subMs, transactionId, ingestId, plain(value)])
    }
    case 'UNIQUE':
      return JSON.stringify([...state.values].sort(compareCodePoints))
    default:
      return unreachable(state)
  }
}

/** @param text what `encodeState` gave for a state of this type */
export function decodeState(type: AggregationType, text: string): AggregateState {
  switch (type) {
    case 'COUNT':
      return { type, count: Number(text) }
    case 'SUM': {
      const sum = new ExactSum()
      sum.add(text)
      return { type, sum }
    }
    case 'MAX':
      return { type, max: text === '' ? null : text }
    case 'LATEST':
      return { type, reading: text === '' ? null : decodeReading(text) }
    case 'UNIQUE':
      return { type, values: new Set(JSON.parse(text) as string[]) }
    default:
      return unreachable(type)
  }
}

function decodeReading(text: string): Reading {
  const parts = JSON.parse(text) as [number, string, string, string, string]
  const [timestampMs, subMs, transactionId, ingestId, value] = parts
  return { timestampMs, subMs, transactionId, ingestId, value }
}

/** @param value the text's `millionths`, if they are known already */
export function isNumeric(text: string, value = millionths(text)): boolean {
  return !Number.isNaN(value) || parseDecimal(text) !== null
}

function plain(numeric: string): string {
  return toText(new Decimal(numeric))
}

function greater(a: string | null, b: string): string {
  return a !== null && compareNumeric(a, b) >= 0 ? a : b
}

function compareNumeric(a: string, b: string): number {
  const quick = millionths(a) - millionths(b)
  return Number.isNaN(quick) ? new Decimal(a).comparedTo(new Decimal(b)) : quick
}

function later(a: Reading | null, b: Reading): Reading {
  return a !== null && compareReadings(a, b) >= 0 ? a : b
}

/** Time first; then the transaction id and the ingest id by code point (AG-5). */
function compareReadings(a: Reading, b: Reading): number {
  if (a.timestampMs !== b.timestampMs) return a.timestampMs - b.timestampMs
  if (a.subMs !== b.subMs) return a.subMs < b.subMs ? -1 : 1
  return (
    compareCodePoints(a.transactionId, b.transactionId) ||
    compareCodePoints(a.ingestId, b.ingestId) ||
    // One event cannot have two values; the comparison only makes the order total.
    compareNumeric(a.value, b.value)
  )
}
