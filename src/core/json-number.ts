/**
 * JSON numbers without loss. `JSON.parse` turns a number into a binary float, which keeps 15
 * significant digits; a price or a quantity may have more. Numbers that a float would change are
 * kept as `ExactNumber`, which carries the digits as they were written.
 */
export class ExactNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toJSON(): unknown {
    return jsonNumber(this.text)
  }
}

interface ReviverContext {
  source?: string
}
type Reviver = (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown
const parseWith = JSON.parse as (text: string, reviver?: Reviver) => unknown
const rawJson = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON

/** Parses JSON; a number that a binary float would alter comes as `ExactNumber`. */
export function parseExactJson(text: string): unknown {
  return parseWith(text, (_key, value, context) => {
    if (typeof value !== 'number' || context.source === undefined) return value
    return isFloatExact(value, context.source) ? value : new ExactNumber(context.source)
  })
}

/** True when the float's shortest text denotes the same decimal as the text that was sent. */
function isFloatExact(value: number, source: string): boolean {
  if (String(value) === source) return true
  if (value === 0) return /^-?[0.]+(?:[eE].*)?$/.test(source)
  // Every decimal of up to 15 digits survives a float, except near the ends of the float's range.
  const size = Math.abs(value)
  return size > 1e-290 && size < 1e290 && significantDigits(source) <= 15
}

function significantDigits(source: string): number {
  return source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '').length
}

/** Parses a JSON text quickly, and again exactly only if it may hold a number of many digits. */
export function parseJson(text: string): unknown {
  return mayHoldLongNumber(text) ? parseExactJson(text) : JSON.parse(text)
}

/** A number token (after `:`, `,` or `[`) of 16 or more characters, or one with an exponent. */
export function mayHoldLongNumber(text: string): boolean {
  return /[:,[]\s*-?(?:[\d.]{16}|[\d.]+[eE])/.test(text)
}

/**
 * Parses JSON so that it can be written again digit by digit: a number comes as `ExactNumber` also
 * where only its spelling would change, such as `1.0` or `1e3`.
 */
export function parseWrittenJson(text: string): unknown {
  if (!mayHoldUnusualNumber(text)) return JSON.parse(text)
  return parseWith(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    return String(value) === source ? value : new ExactNumber(source)
  })
}

/**
 * A number token of 16 or more characters, with an exponent, `-0`, of many or trailing zeros.
 * Timestamps look like the last of these, but for what follows.
 */
function mayHoldUnusualNumber(text: string): boolean {
  const forms = /[:,[]\s*(?:-?(?:[\d.]{16}|[\d.]+[eE]|\d+\.\d*0\s*[,}\]]|0\.0{6})|-0(?![\d.]))/
  return forms.test(text)
}

/**
 * A JSON number that `JSON.stringify` writes with exactly these digits. The type says `number`
 * because that is what it is on the wire; nothing may compute with it.
 * @param text a plain decimal, as `toText` in `decimal.ts` gives
 */
export function jsonNumber(text: string): number {
  return rawJson(text) as number
}
