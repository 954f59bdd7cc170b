const NAME = /^[A-Za-z_$][\w$]*$/
const LINE_MAX = 60

/**
 * A call of `@metronome/sdk` as one would write it.
 * @param name the constant that keeps the answer; null: it is not needed
 * @param method such as `v1.customers.create`
 * @param given its arguments, plain JSON
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
  if (column + line.length <= LINE_MAX || typeof value !== 'object') return line
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
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([key, each]) => `${keyText(key)}: ${inOneLine(each)}`)
  return `{ ${pairs.join(', ')} }`
}

function keyText(key: string): string {
  return NAME.test(key) ? key : `'${key}'`
}
