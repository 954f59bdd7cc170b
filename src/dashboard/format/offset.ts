import { jsonNumber } from '../../core/json-number.ts'

/**
 * What an `OffsetField` holds, such as `3 MONTHS`, as the API takes it; undefined where it is empty.
 * What is no whole number is sent as it is, and refused by the server in its words.
 */
export function offsetOf(text: string): { value: unknown; unit: string } | undefined {
  const [count = '', unit = 'MONTHS'] = text.trim().split(/\s+/)
  if (count === '') return undefined
  return { value: wholeNumber(count), unit }
}

/** A whole number, or what was typed in its place. */
export function wholeNumber(text: string): unknown {
  const plain = text.trim()
  return /^(0|[1-9]\d*)$/.test(plain) ? jsonNumber(plain) : plain
}
