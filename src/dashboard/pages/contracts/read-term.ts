import type { Offset } from '../../components/offset-field.tsx'
import { decimalText, shiftDecimal, type Numeric } from '../../format/decimal-text.ts'
import { isMidnight } from '../../format/time-text.ts'
import { ExactNumber } from '../../../core/json-number.ts'
import { SETTLED, textOfRows, type Fields, type FieldSpec, type Row, type Values } from './term.ts'
import type { Unit } from '../../format/money.ts'

const USD_CENTS = 'USD (cents)'

/**
 * What fields would hold if someone had typed what is there: the way back from `buildFields`.
 * @param source a term as the API answers or takes it
 * @param unit of money whose field does not say another one
 */
export function readFields(fields: Fields, source: unknown, unit: Unit): Values {
  const values: Record<string, string> = {}
  for (const field of fields) {
    if (field.path.startsWith('$')) continue
    const { rowsBefore = 0 } = field
    const found = valueAt(source, field.path)
    const value = Array.isArray(found) && rowsBefore > 0 ? found.slice(rowsBefore) : found
    const text = textOf(field, value, field.unit ?? unit)
    // Two fields may be two ways of asking for one thing.
    if (text !== '' || values[field.path] === undefined) values[field.path] = text
  }
  return values
}

function textOf(field: FieldSpec, value: unknown, unit: Unit): string {
  if (value === undefined || value === null) return ''
  switch (field.type) {
    case 'money':
      return amountText(value as Numeric, unit.name === USD_CENTS)
    case 'decimal':
      return amountText(value as Numeric, false)
    case 'day':
      return dayText(value as string)
    case 'flag':
      return value === true ? 'yes' : 'no'
    case 'tags':
    case 'products':
    case 'picks':
      return (value as string[]).join(', ')
    case 'values':
      return Object.entries(value as Record<string, string>)
        .map(([name, each]) => `${name}=${each}`)
        .join(', ')
    case 'offset': {
      const { value: count, unit: counted } = value as Offset
      return `${decimalText(count)} ${counted}`
    }
    case 'rows':
      return textOfRows((value as unknown[]).map((each) => rowOf(field, each, unit)))
    case 'schedule':
      return textOfRows(itemsOf(value).map((each) => rowOf(field, each, unit)))
    case 'text':
    case 'choice':
    case 'product':
    default:
      return value as string
  }
}

function itemsOf(schedule: unknown): unknown[] {
  return (schedule as { schedule_items?: unknown[] }).schedule_items ?? []
}

/** A row, with what tells it from others and whether it is settled. */
function rowOf({ row = [] }: FieldSpec, source: unknown, unit: Unit): Row {
  const { id, invoice_id: invoiceId } = source as { id?: string; invoice_id?: string }
  return {
    ...readFields(row, source, unit),
    ...(id !== undefined && { id }),
    ...(invoiceId !== undefined && { [SETTLED]: 'Invoiced' }),
  }
}

/** Dollars of the API are cents. */
function amountText(value: Numeric, isInCents: boolean): string {
  const text = decimalText(value)
  return isInCents ? shiftDecimal(text, 2) : text
}

/** `2026-11-01`, or with the time where there is one. */
export function dayText(at: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  return date.toISOString().slice(0, isMidnight(date) ? 10 : 16)
}

/** What is at a path such as `access_schedule.schedule_items[0].amount`. */
export function valueAt(source: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '')
  return steps.reduce<unknown>((place, step) => {
    if (typeof place !== 'object' || place === null || place instanceof ExactNumber)
      return undefined
    return (place as Record<string, unknown>)[step]
  }, source)
}
