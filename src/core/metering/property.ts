import { Decimal, parseDecimal, toText } from '../decimal.ts'
import { ExactNumber } from '../json-number.ts'

/**
 * The text by which a property's value is filtered, grouped and counted: a string as it is, a
 * number as plain decimal text, so that `1` and `"1"` are the same (EV-14, BF-7, AG-7), a boolean
 * as `true` or `false`, an object or array as its JSON text (EV-15). Undefined for null and for an
 * absent value (BF-8).
 */
export function propertyText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null || value === undefined) return undefined
  if (value instanceof ExactNumber) return exactText(value)
  return JSON.stringify(value)
}

/** The text of one property of an event, or undefined where the event lacks it. */
export function propertyOf(
  event: { properties?: Record<string, unknown> },
  name: string,
): string | undefined {
  const { properties } = event
  if (properties === undefined) return undefined
  const value = properties[name]
  // Nothing that an object inherits is a string: most values need no second look.
  if (typeof value === 'string') return value
  return Object.hasOwn(properties, name) ? propertyText(value) : undefined
}

function floatText(value: number): string {
  const text = String(value)
  return text.includes('e') ? toText(new Decimal(text)) : text
}

/** A number beyond all quantities has no sensible plain text; it keeps the one that was sent. */
function exactText({ text }: ExactNumber): string {
  const value = parseDecimal(text)
  return value === null ? text : toText(value)
}
