import { formatDay, formatInstant, isMidnight } from '../../format/time-text.ts'
import { groupDigits } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'
import { plainNumber } from '../../format/plain-number.ts'
import { toInstant } from '../../components/inputs.tsx'
import { assign, buildRow, listOf, valueOf } from './build-term.ts'
import { shiftDecimal } from '../../format/decimal-text.ts'
import {
  fieldsShown,
  readFrom,
  rowsOf,
  unitOfField,
  type Fields,
  type FieldSpec,
  type ReadField,
  type Row,
  type TermContext,
  type Values,
} from './term.ts'

/** One thing that an edit changes, in words. */
export interface ChangeLine {
  key: string
  label: string
  before: string
  after: string
}

interface Edited {
  fields: Fields
  before: Values
  after: Values
  context: TermContext
}

/** What was changed of a term: for people, and as a verb of an edit takes it. */
export function diffTerm(edited: Edited): { lines: ChangeLine[]; body: Record<string, unknown> } {
  const { fields, before, after, context } = edited
  const [was, is] = [before, after].map((values) => readFrom(fields, values, context))
  if (was === undefined || is === undefined) return { lines: [], body: {} }
  const shown = new Set(fieldsShown({ fields }, is))
  const lines: ChangeLine[] = []
  const body: Record<string, unknown> = {}
  for (const field of fields) {
    const old = was(field.path).trim()
    const isTwin = fields.some(
      (other) => other !== field && other.path === field.path && shown.has(other),
    )
    if (isTwin && !shown.has(field)) continue
    const text = shown.has(field) ? is(field.path).trim() : ''
    if (text === old) continue
    if (field.type === 'schedule') {
      const change = diffSchedule(field, { old, text, context, read: is })
      assign(body, field.path, change.body)
      lines.push(...change.lines)
      continue
    }
    if (field.path.startsWith('$')) continue
    const place = text === '' ? (field.clearAt ?? field.path) : field.path
    assign(body, place, newValue(field, text, context, is))
    lines.push({
      key: field.path,
      label: field.label,
      before: shownText(field, old, context, was),
      after: shownText(field, text, context, is),
    })
  }
  return { lines, body }
}

/** Nothing is said by null, which clears. */
function newValue(field: FieldSpec, text: string, context: TermContext, read: ReadField): unknown {
  if (text === '') return null
  if (field.type !== 'rows') return valueOf(field, text, unitOfField(field, context, read))
  return rowsOf(text).map((row) => buildRow(field, row, { context, read }))
}

interface ScheduleChange {
  old: string
  text: string
  context: TermContext
  read: ReadField
}

/** Items are told apart by their ids; those without one are new. */
function diffSchedule(field: FieldSpec, { old, text, context, read }: ScheduleChange) {
  const [before, after] = [rowsOf(old), rowsOf(text)]
  const added = after.filter(({ id }) => id === undefined)
  const changed = after.filter((row) => isChanged(row, before))
  const removed = before.filter(({ id }) => after.every((row) => row['id'] !== id))
  const build = (row: Row) => buildRow(field, row, { context, read })
  const body = {
    ...(added.length > 0 && { add_schedule_items: added.map(build) }),
    ...(changed.length > 0 && {
      update_schedule_items: changed.map((row) => ({
        id: row['id'],
        ...onlyChanged(build(row), build(before.find(({ id }) => id === row['id']) ?? {})),
      })),
    }),
    ...(removed.length > 0 && { remove_schedule_items: removed.map(({ id }) => ({ id })) }),
  }
  const say = (row: Row | undefined) =>
    row === undefined ? '–' : rowText(field, row, context, read)
  const lines: ChangeLine[] = [...changed, ...added, ...removed].map((row, i) => {
    const isGone = removed.includes(row)
    return {
      key: `${field.path} ${i}`,
      label: field.label,
      before: say(before.find(({ id }) => id !== undefined && id === row['id'])),
      after: isGone ? '–' : say(row),
    }
  })
  return { body, lines }
}

function isChanged(row: Row, before: readonly Row[]): boolean {
  const was = before.find(({ id }) => id === row['id'])
  if (row['id'] === undefined || was === undefined) return false
  return Object.entries(row).some(([name, value]) => was[name] !== value)
}

function onlyChanged(
  row: Record<string, unknown>,
  was: Record<string, unknown>,
): Record<string, unknown> {
  const entries = Object.entries(row)
  return Object.fromEntries(
    entries.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name])),
  )
}

/** Where each item of a schedule is in the request that changes it, as refusals name it. */
export function schedulePlaces(path: string, old: string, text: string): string[] {
  const before = rowsOf(old)
  const counts = { add: 0, update: 0 }
  return rowsOf(text).map((row, i) => {
    if (row['id'] === undefined) return `${path}.add_schedule_items[${counts.add++}].`
    if (isChanged(row, before)) return `${path}.update_schedule_items[${counts.update++}].`
    return `${path}.schedule_items[${i}].`
  })
}

/** What a field holds, as people read it. */
function shownText(field: FieldSpec, text: string, context: TermContext, read: ReadField): string {
  if (text === '') return choiceText(field, text, context) ?? '–'
  switch (field.type) {
    case 'money':
      return amountText(text, unitOfField(field, context, read))
    case 'decimal':
      return groupDigits(text)
    case 'day':
      return whenText(text)
    case 'product':
      return productName(text, context)
    case 'products':
      return listOf(text)
        .map((id) => productName(id, context))
        .join(', ')
    case 'rows':
      return rowsOf(text)
        .map((row) => rowText(field, row, context, read) || 'anything')
        .join(field.noun === 'tier' || field.noun === 'step' ? '; then ' : '; or ')
    case 'picks':
      return listOf(text)
        .map((id) => choiceText(field, id, context) ?? id)
        .join(', ')
    case 'choice':
    case 'flag':
      return choiceText(field, text, context) ?? text
    case 'text':
    case 'tags':
    case 'values':
    case 'offset':
    case 'schedule':
    default:
      return text
  }
}

function rowText(
  { row: fields = [] }: FieldSpec,
  row: Row,
  context: TermContext,
  read: ReadField,
): string {
  const own = readFrom(fields, row, context)
  const parts = fields.flatMap((field) => {
    const text = own(field.path)
    if (text === '') return []
    const said = shownText(field, text, context, read)
    return [field.type === 'money' ? said : `${field.label.toLowerCase()} ${said}`]
  })
  return parts.join(', ')
}

function choiceText(field: FieldSpec, value: string, context: TermContext): string | undefined {
  const { choices = [] } = field
  const offered = typeof choices === 'function' ? choices(context) : choices
  return offered.find((choice) => choice.value === value)?.label
}

function productName(id: string, { products }: TermContext): string {
  return products.find((product) => product.id === id)?.current.name ?? id
}

/** An amount that someone typed, in dollars where the API has cents. */
export function amountText(text: string, unit: Unit): string {
  const plain = plainNumber(text)
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return text
  return moneyText(unit.name === 'USD (cents)' ? shiftDecimal(plain, -2) : plain, unit)
}

/** `1 Nov 2026`, with the time where there is one. */
export function whenText(text: string): string {
  const at = new Date(toInstant(text) ?? text)
  if (Number.isNaN(at.getTime())) return text
  return isMidnight(at) ? formatDay(at) : `${formatInstant(at)} UTC`
}
