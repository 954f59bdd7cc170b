import type { z } from '@hono/zod-openapi'
import { ExactNumber } from '../core/json-number.ts'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

/**
 * What is said of a value that a schema refuses and has no words of its own for: what was expected,
 * as people say it, and what came instead. Undefined: the validator's own words are plain enough.
 */
export function plainIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = TYPES[issue.expected] ?? issue.expected
      if (issue.input === undefined) return `missing, expected ${expected}`
      const isFraction = issue.expected === 'int' && typeof issue.input === 'number'
      return `expected ${expected}${isFraction ? '' : `, not ${typeOf(issue.input)}`}`
    }
    case 'invalid_value': {
      const expected = `expected ${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`
      return issue.input === undefined ? `missing, ${expected}` : expected
    }
    case 'too_small':
      return `expected ${boundText(issue.origin, issue.minimum, issue.inclusive, LOW)}`
    case 'too_big':
      return `expected ${boundText(issue.origin, issue.maximum, issue.inclusive, HIGH)}`
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'unrecognized_keys':
    default:
      return undefined
  }
}

interface Words {
  /** Of a number: the bound is allowed, and is not. */
  number: [string, string]
  count: string
}

const LOW: Words = { number: ['or more', 'more than'], count: 'at least' }
const HIGH: Words = { number: ['or less', 'less than'], count: 'at most' }

function boundText(
  origin: string,
  bound: number | bigint,
  isInclusive: boolean | undefined,
  words: Words,
): string {
  const unit = { string: 'character', array: 'item', set: 'item', record: 'member' }[origin]
  if (unit === undefined) {
    const [inclusive, exclusive] = words.number
    return isInclusive === false ? `${exclusive} ${bound}` : `${bound} ${inclusive}`
  }
  return `${words.count} ${bound} ${unit}${Number(bound) === 1 ? '' : 's'}`
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return TYPES['array']!
  // An exact number is one, too.
  if (value instanceof ExactNumber) return TYPES['number']!
  if (typeof value === 'boolean') return String(value)
  return TYPES[typeof value] ?? typeof value
}
