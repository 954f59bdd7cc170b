import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { TermField, type TermFieldProps } from './term-field.tsx'
import { fieldsShown, readFrom, rowsOf, SETTLED, textOfRows, type Row } from './term.ts'

/** Several answers of the same kind, each with fields of its own. */
export function RowsField({ field, read, context, name, rowPlaces, onChange }: TermFieldProps) {
  const { label, hint, row: fields = [], rowsBefore = 0, noun = 'part' } = field
  const rows = rowsOf(read(field.path))
  const set = (next: readonly Row[]) => onChange(textOfRows(next))
  return (
    <fieldset className="rows">
      <legend>{label}</legend>
      {hint !== undefined && <p className="field-hint">{hint}</p>}
      {rows.map((row, i) => {
        const place = rowPlaces?.[i] ?? `${name}[${rowsBefore + i}].`
        const own = readFrom(fields, row, context)
        const isOwn = (path: string) => fields.some((each) => each.path === path)
        const readRow = (path: string) => (isOwn(path) ? own(path) : read(path))
        return (
          <div key={i} className="rows-row" role="group" aria-label={`${noun} ${i + 1}`}>
            <div className="term-grid">
              {fieldsShown({ fields }, readRow).map((each) => (
                <TermField
                  key={each.path}
                  field={each}
                  read={readRow}
                  context={context}
                  name={place + each.path}
                  isDisabled={row[SETTLED] !== undefined}
                  onChange={(value) =>
                    set(rows.map((one, at) => (at === i ? { ...one, [each.path]: value } : one)))
                  }
                />
              ))}
            </div>
            {row[SETTLED] === undefined ? (
              <button
                type="button"
                className="icon-button"
                aria-label={`Remove ${noun} ${i + 1}`}
                onClick={() => set(rows.filter((_, at) => at !== i))}
              >
                <Icon name="close" />
              </button>
            ) : (
              <span className="rows-settled">{row[SETTLED]}</span>
            )}
          </div>
        )
      })}
      <div className="actions">
        <Button onClick={() => set([...rows, startOf(rows)])}>
          <Icon name="plus" /> Add a {noun}
        </Button>
      </div>
    </fieldset>
  )
}

/** A new row begins where the one before it ends. */
function startOf(rows: readonly Row[]): Row {
  const end = rows.at(-1)?.['ending_before'] ?? ''
  return end === '' ? {} : { starting_at: end }
}
