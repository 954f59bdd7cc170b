import { decimalText } from '../../format/decimal-text.ts'
import { plainNumber } from '../../format/plain-number.ts'

/** A price for some values of a product's dimensions, as a line of a pasted table says it. */
export interface PastedRate {
  line: number
  values: Record<string, string>
  price: string
  /** Where a commit with a rate of its own pays; undefined: the same. */
  commitPrice?: string
}

/** What is wrong with a line. */
export interface PasteError {
  line: number
  message: string
}

export interface PastedMatrix {
  rates: PastedRate[]
  errors: PasteError[]
}

/** As many rates as one request adds. */
export const RATES_MAX = 1_000

const PRICE = 'price'
const COMMIT_PRICE = 'commit_price'
const DECIMAL = /^(\d+\.?\d*|\.\d+)$/

/**
 * Reads a table of prices that was copied from a spreadsheet (tabs) or a file (commas or semicolons).
 * A first line with the names of all dimensions and `price` says the order of the columns, and may
 * have `commit_price` besides; without one, the dimensions come in their order and the price last.
 * @param names the dimensions of the product
 */
export function parseMatrix(text: string, names: readonly string[]): PastedMatrix {
  const lines = text.split(/\r\n|\r|\n/).map((content, i) => ({ content, line: i + 1 }))
  const filled = lines.filter(({ content }) => content.trim() !== '')
  const [first] = filled
  if (first === undefined) return { rates: [], errors: [] }
  const separator = separatorOf(first.content)
  const table = filled.map(({ content, line }) => ({ cells: splitLine(content, separator), line }))
  const header = table[0]?.cells.map((cell) => cell.toLowerCase()) ?? []
  const wanted = [...names.map((name) => name.toLowerCase()), PRICE]
  const hasHeader =
    header.includes(PRICE) || wanted.slice(0, -1).some((name) => header.includes(name))
  const columns = hasHeader ? header : wanted
  const problem = hasHeader ? headerProblem(columns, wanted) : null
  if (problem !== null) return { rates: [], errors: [{ line: first.line, message: problem }] }
  return readLines(hasHeader ? table.slice(1) : table, columns, names)
}

/** What a line has the most of, outside of quotes. */
function separatorOf(line: string): string {
  const counts = ['\t', ';', ','].map((each) => ({ each, count: splitLine(line, each).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).each
}

/** Cells of a line; those in quotes may have the separator, and quotes twice. */
function splitLine(line: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i] ?? ''
    if (isQuoted && char === '"' && line[i + 1] === '"') {
      cell += '"'
      i += 1
    } else if (char === '"' && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted
    else if (char === separator && !isQuoted) {
      cells.push(cell.trim())
      cell = ''
    } else cell += char
  }
  return [...cells, cell.trim()]
}

function headerProblem(columns: readonly string[], wanted: readonly string[]): string | null {
  const missing = wanted.filter((name) => !columns.includes(name))
  if (missing.length > 0) return `There is no column ${missing.join(', ')}.`
  const unknown = columns.filter((name) => !wanted.includes(name) && name !== COMMIT_PRICE)
  if (unknown.length > 0) return `The product has no dimension ${unknown.join(', ')}.`
  const twice = columns.find((name, i) => columns.indexOf(name) !== i)
  return twice === undefined ? null : `The column ${twice} is there twice.`
}

interface TableLine {
  cells: string[]
  line: number
}

function readLines(
  table: readonly TableLine[],
  columns: readonly string[],
  names: readonly string[],
): PastedMatrix {
  const rates: PastedRate[] = []
  const errors: PasteError[] = []
  const lineOf = new Map<string, number>()
  for (const { cells, line } of table) {
    const read = readLine(cells, columns, names)
    if (typeof read === 'string') {
      errors.push({ line, message: read })
      continue
    }
    const key = JSON.stringify(names.map((name) => read.values[name]))
    const before = lineOf.get(key)
    if (before !== undefined) {
      errors.push({ line, message: `These values have a price in line ${before} already.` })
      continue
    }
    lineOf.set(key, line)
    rates.push({ ...read, line })
  }
  const over = rates[RATES_MAX]
  if (over !== undefined) {
    const message = `More than ${RATES_MAX} prices at once: add the rest afterwards.`
    errors.push({ line: over.line, message })
  }
  return { rates, errors: errors.toSorted((a, b) => a.line - b.line) }
}

/** A rate, or what is wrong with its line. */
function readLine(
  cells: readonly string[],
  columns: readonly string[],
  names: readonly string[],
): Omit<PastedRate, 'line'> | string {
  if (cells.length !== columns.length) {
    return `Expected ${columns.length} columns (${columns.join(', ')}), and found ${cells.length}.`
  }
  const cellOf = (name: string) => cells[columns.indexOf(name.toLowerCase())] ?? ''
  const empty = names.find((name) => cellOf(name) === '')
  if (empty !== undefined) return `There is no value for ${empty}.`
  const price = numberOf(cellOf(PRICE))
  if (price === null) return `“${cellOf(PRICE)}” is no price.`
  const values = Object.fromEntries(names.map((name) => [name, cellOf(name)]))
  const commit = columns.includes(COMMIT_PRICE) ? cellOf(COMMIT_PRICE) : ''
  if (commit === '') return { values, price }
  const commitPrice = numberOf(commit)
  return commitPrice === null ? `“${commit}” is no price.` : { values, price, commitPrice }
}

/** A price as a plain decimal; thousands may be grouped by commas or spaces. */
function numberOf(cell: string): string | null {
  const plain = plainNumber(cell)
  return DECIMAL.test(plain) ? decimalText(plain) : null
}
