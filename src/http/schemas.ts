import { z } from '@hono/zod-openapi'
import { findFiatCreditType } from '../core/currency.ts'
import { parseDecimal, toText } from '../core/decimal.ts'
import { ExactNumber } from '../core/json-number.ts'
import { formatTimestamp, isHourAligned, parseTimestamp } from '../core/time.ts'

/** A JSON body or response of this shape, as route definitions want it. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { content: { 'application/json': { schema } }, description }
}

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } }
}

/** A single object's envelope. */
export function dataOf<T extends z.ZodType>(schema: T) {
  return z.object({ data: schema })
}

/** A list's envelope (PG-1). */
export function pageOf<T extends z.ZodType>(schema: T) {
  return z.object({
    data: z.array(schema),
    next_page: z.string().nullable().openapi({ description: 'Cursor of the next page, if any.' }),
  })
}

/** In any casing; ids are kept in lower case. */
export const Id = z.uuid({ error: 'expected a UUID' }).toLowerCase().openapi({ format: 'uuid' })

export const IdBody = z.object({ id: Id })
export const IdData = dataOf(z.object({ id: Id }))

/** Path parameters and bodies name what they identify. */
export const CustomerParams = z.object({ customer_id: Id })

/** Text without lone surrogates, which storage would turn into other characters. */
export const WellFormedText = z
  .string()
  .refine((text) => text.isWellFormed(), { error: 'expected well-formed Unicode text' })

/** What something is called. */
export const NameText = WellFormedText.pipe(z.string().min(1))

/** What a list is searched for; ASCII letters fit in either case. */
export const SearchText = WellFormedText.pipe(z.string().max(200))

/**
 * Names to values. Unlike `z.record`, it does not lose a member that is called `__proto__`.
 * @param openapi the type of the values, for the OpenAPI document
 */
export function mapOf<T>(value: z.ZodType<T, T>, openapi: { type: 'string' | 'array' }) {
  return z
    .custom<Record<string, T>>(isMap, { error: 'expected an object' })
    .superRefine((members, context) => {
      for (const [name, member] of Object.entries(members)) {
        for (const { path, message } of value.safeParse(member).error?.issues ?? []) {
          context.addIssue({ code: 'custom', path: [name, ...path], message })
        }
      }
    })
    .openapi({ type: 'object', additionalProperties: openapi })
}

function isMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof ExactNumber)
}

/** String to string, on every entity; at most 200 characters a value (BM-13). */
export const CustomFields = mapOf(WellFormedText.pipe(z.string().max(200)), {
  type: 'string',
}).openapi({
  description: 'Values of keys that were added for the entity (customFields/addKey).',
})

const TIMESTAMP_EXPECTED =
  'expected an RFC 3339 timestamp of 1970 or later, such as 2026-03-01T00:00:00Z'

/** An RFC 3339 timestamp, read as epoch milliseconds. */
export const Timestamp = z
  .string({ error: TIMESTAMP_EXPECTED })
  .transform((text, context) => {
    const parsed = parseTimestamp(text)
    if (parsed !== null && parsed.ms >= 0) return parsed.ms
    context.addIssue({ code: 'custom', message: TIMESTAMP_EXPECTED })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time' })

/** A timestamp on the hour: the resolution of rates, contracts and schedules (pricing 1.2). */
export const HourTimestamp = Timestamp.refine(isHourAligned, {
  error: 'expected a timestamp on the hour, such as 2026-03-01T00:00:00Z',
}).openapi({ type: 'string', format: 'date-time', description: 'On the hour.' })

/** A timestamp as it is answered. */
export const TimestampText = z.string().openapi({ format: 'date-time' })

export function toApiTimestamp(ms: number): string {
  return formatTimestamp(ms)
}

// Far more than prices need, and far fewer than the digits at which products would round.
const DIGITS_MAX = 100

const readAsDecimal = new WeakSet<ExactNumber>()

/**
 * Whether a number was taken for a decimal. One that was not stands where the schema expects
 * something else: to a schema it looks like an object.
 */
export function isReadAsDecimal(number: ExactNumber): boolean {
  return readAsDecimal.has(number)
}

/** A JSON number with all its digits, read as decimal text. */
export const DecimalNumber = z
  .custom<number | ExactNumber>(
    (value) =>
      (typeof value === 'number' && Number.isFinite(value)) || value instanceof ExactNumber,
    { error: 'expected a number' },
  )
  .transform((value, context) => {
    if (value instanceof ExactNumber) readAsDecimal.add(value)
    const decimal = parseDecimal(value instanceof ExactNumber ? value.text : String(value))
    const text = decimal === null ? '' : toText(decimal)
    if (decimal !== null && text.replace(/[-.]/g, '').length <= DIGITS_MAX) return text
    context.addIssue({
      code: 'custom',
      message: `expected a number of at most ${DIGITS_MAX} digits`,
    })
    return z.NEVER
  })
  .openapi({ type: 'number' })

export const NonNegativeDecimal = DecimalNumber.refine((text) => !text.startsWith('-'), {
  error: 'expected a number that is not negative',
}).openapi({ type: 'number', minimum: 0 })

/** An enumeration whose members are accepted in any casing and read in upper case. */
export function enumOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z
    .string()
    .transform((text, context): T[number] => {
      const value = values.find((candidate) => candidate === text.toUpperCase())
      if (value !== undefined) return value
      context.addIssue({ code: 'custom', message: `expected one of ${values.join(', ')}` })
      return z.NEVER
    })
    .openapi({ type: 'string', enum: [...values] })
}

export const CreditTypeBody = z.object({ id: Id, name: z.string() }).openapi('CreditType')

/** @param names of the custom pricing units that it may be (see `credit-type-names.ts`) */
export function toApiCreditType(
  id: string,
  names?: ReadonlyMap<string, string>,
): { id: string; name: string } {
  return { id, name: findFiatCreditType(id)?.name ?? names?.get(id) ?? id }
}

/** Any JSON value, as its text with all digits of its numbers. */
export const JsonText = z
  .unknown()
  .refine((value) => value !== undefined, { error: 'required' })
  .transform((value) => toJsonText(value))
  .openapi({ description: 'Any JSON value.' })

/** A JSON object, as its text with all digits of its numbers. */
export const JsonObjectText = z
  .custom<Record<string, unknown>>(isMap, { error: 'expected an object' })
  .transform((value) => toJsonText(value))
  .openapi({ type: 'object', additionalProperties: {} })

function toJsonText(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, name, written: unknown) {
    // What is written is the result of `toJSON`, the holder has the number itself.
    const member = this[name]
    if (member instanceof ExactNumber) readAsDecimal.add(member)
    return written
  })
}

/** `true`/`false` in a query string. */
export const QueryBoolean = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean' })

/** A list in a query string: repeated, or separated by commas; at most 100 members (CU-5). */
export function queryList(member: z.ZodType<string, string>) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(',')))
    .pipe(z.array(member).max(100))
    .openapi({ type: 'array', items: { type: 'string' }, maxItems: 100 })
}

/**
 * A field of the API that is not supported yet. It is refused when it says something, never ignored:
 * a term that is silently dropped would be a wrong bill.
 */
export const Unsupported = z
  .unknown()
  .refine(saysNothing, { error: 'not supported yet' })
  .optional()
  .openapi({ deprecated: true, description: 'Not supported yet.' })

function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}
