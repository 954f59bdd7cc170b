import type { WindowUsage } from '../metering/usage.ts'
import { Budget } from './run/budget.ts'
import { Diagnostics, type DiagnosticCounts } from './values/diagnostics.ts'
import { FragmentGroups } from './run/fragment-groups.ts'
import { mergeUsage } from './measure-usage.ts'
import type { SqlPlan, SqlValue } from './plan.ts'
import { keyText } from './run/quantities.ts'
import { runPlan } from './run/run-plan.ts'

/** A row of a query's result, as text: numbers as plain decimals, timestamps in RFC 3339. */
export interface PreviewRow {
  value: string | null
  keys: (string | null)[]
}

/** A query's result, with what its author should know. */
export interface SqlPreview {
  rows: PreviewRow[]
  warnings: string[]
}

/** Beyond so many values, a column makes a poor group key. */
const KEY_VALUES_MAX = 1_000

/** What is told of the events that were read for a query. */
export interface PreviewNotes {
  /** What became NULL, by meter. */
  diagnostics: DiagnosticCounts[]
  /** Those of the query's properties that occur. */
  properties: ReadonlySet<string>
}

/**
 * The result of an unsaved query over what was read for it.
 * @param reading of all meters: what its one window has, and what to tell of it
 */
export function previewRows(
  plan: SqlPlan,
  reading: PreviewNotes & { usage: WindowUsage[] },
): SqlPreview {
  const budget = new Budget()
  const fragments = plan.fragments.map((fragment) => new FragmentGroups(fragment, budget))
  mergeUsage(fragments, reading.usage)
  return previewFragments(plan, fragments, reading)
}

/** The same of what the query's fragments found where nothing was read elsewhere. */
export function previewFragments(
  plan: SqlPlan,
  fragments: readonly FragmentGroups[],
  notes: PreviewNotes,
): SqlPreview {
  const diagnostics = new Diagnostics()
  for (const counts of notes.diagnostics) diagnostics.merge(counts)
  const values = runPlan(plan, fragments, new Budget(), diagnostics)
  const { types } = plan.relation
  const textAt = (row: SqlValue[], column: number) =>
    keyText(types[column] ?? 'text', row[column] ?? null)
  const rows = values.map((row) => ({
    value: textAt(row, plan.value),
    keys: plan.keys.map(({ column }) => textAt(row, column)),
  }))
  const warnings = [
    ...missingProperties(plan, notes.properties),
    ...describeDiagnostics(diagnostics),
    ...manyValues(plan, rows),
  ]
  return { rows, warnings }
}

function missingProperties({ fragments }: SqlPlan, present: ReadonlySet<string>): string[] {
  const columns = fragments.flatMap((fragment) => fragment.columns)
  const names = new Set(
    columns.flatMap((column) => (column.kind === 'property' ? [column.name] : [])),
  )
  return [...names]
    .filter((name) => !present.has(name))
    .map((name) => `No event that was read has the property "${name}".`)
}

function describeDiagnostics(counts: DiagnosticCounts): string[] {
  const { badNumbers, badTimestamps, badBooleans, overflows, divisionsByZero, samples } = counts
  const quoted = samples.map((sample) => JSON.stringify(sample)).join(', ')
  const examples = quoted === '' ? '' : ` (${quoted})`
  const warnings: [text: string, count: number, examples: string][] = [
    ['Values that are no number where one is needed, and count as NULL', badNumbers, examples],
    [
      'Values that are no timestamp where one is needed, and count as NULL',
      badTimestamps,
      examples,
    ],
    ['Values that are no boolean where one is needed, and count as NULL', badBooleans, examples],
    ['Numbers that are too wide for their DECIMAL, and count as NULL', overflows, ''],
    ['Divisions by zero, which give NULL', divisionsByZero, ''],
  ]
  return warnings
    .filter(([, count]) => count > 0)
    .map(([text, count, such]) => `${text}: ${count}${such}.`)
}

function manyValues({ keys }: SqlPlan, rows: PreviewRow[]): string[] {
  return keys.flatMap(({ name }, i) => {
    const count = new Set(rows.map((row) => row.keys[i])).size
    if (count <= KEY_VALUES_MAX) return []
    return [
      `The column "${name}" has ${count} values; a group key should have at most ${KEY_VALUES_MAX}.`,
    ]
  })
}
