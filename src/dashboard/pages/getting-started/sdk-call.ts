const NAME = /^[A-Za-z_$][\w$]*$/
const LINE_MAX = 60

/** Part of a call that is not a value but code, such as what a call before it has answered. */
export class Expression {
  readonly code: string
  constructor(code: string) {
    this.code = code
  }
}

/**
 * A call of `@metronome/sdk` as one would write it.
 * @param name the constant that keeps the answer; null: it is not needed
 * @param method such as `v1.customers.create`
 * @param given its arguments, plain JSON, or numbers of `jsonNumber`
 */
export function sdkCall(name: string | null, method: string, ...given: unknown[]): string {
  const kept = name === null ? '' : `const ${name} = `
  const start = `${kept}await client.${method}(`
  const line = `${start}${given.map(inOneLine).join(', ')})`
  if (line.length <= LINE_MAX) return line
  return `${start}${given.map((each) => literal(each, '', start.length)).join(', ')})`
}

/** A value as it is written in TypeScript: on one line if it fits there. */
function literal(value: unknown, indent: string, column = indent.length): string {
  const line = inOneLine(value)
  const isShort = column + line.length <= LINE_MAX
  if (isShort || typeof value !== 'object' || value instanceof Expression) return line
  if (isExactNumber(value)) return line
  const deeper = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((each) => literal(each, deeper))
    : Object.entries(value ?? {}).map(([key, each]) => `${keyText(key)}: ${literal(each, deeper)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.map((part) => `${deeper}${part},\n`).join('')}${indent}${close}`
}

function inOneLine(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(', ')}]`
  if (value instanceof Expression) return value.code
  if (typeof value !== 'object' || value === null) return String(value)
  if (isExactNumber(value)) return JSON.stringify(value)
  const pairs = Object.entries(value).map(([key, each]) => `${keyText(key)}: ${inOneLine(each)}`)
  return `{ ${pairs.join(', ')} }`
}

/** What `jsonNumber` gives is an object to those who do not send it. */
function isExactNumber(value: object | null): boolean {
  const { isRawJSON } = JSON as unknown as { isRawJSON: (value: unknown) => boolean }
  return isRawJSON(value)
}

function keyText(key: string): string {
  return NAME.test(key) ? key : `'${key}'`
}
