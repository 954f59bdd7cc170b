import { useState, type ReactNode } from 'react'
import { Field } from './form.tsx'

/** A distance in time, as the API takes and answers it. */
export interface Offset {
  value: number
  unit: string
}

const UNITS = [
  { value: 'DAYS', label: 'days' },
  { value: 'WEEKS', label: 'weeks' },
  { value: 'MONTHS', label: 'months' },
  { value: 'YEARS', label: 'years' },
]

interface Props {
  name: string
  label: string
  hint?: ReactNode
  /** An error that was found here, before the server was asked. */
  error?: string | undefined
  isOptional?: boolean
  /** Such as `3 MONTHS`; empty for none. */
  value: string
  onChange: (value: string) => void
}

/** How many days, weeks, months or years. */
export function OffsetField({
  name,
  label,
  hint,
  error,
  isOptional = false,
  value,
  onChange,
}: Props) {
  const [count = '', given = ''] = value.split(' ')
  // Kept while there is no number to go with it.
  const [unit, setUnit] = useState('MONTHS')
  const shown = given === '' ? unit : given
  const change = (nextCount: string, nextUnit: string) => {
    setUnit(nextUnit)
    onChange(nextCount === '' ? '' : `${nextCount} ${nextUnit}`)
  }
  return (
    <Field {...{ name, label, error, isOptional }} {...(hint !== undefined && { hint })}>
      {(ties) => (
        <div className="offset">
          <input
            {...ties}
            className="input number"
            inputMode="numeric"
            autoComplete="off"
            value={count}
            onChange={({ target }) => change(target.value.replaceAll(/\s/g, ''), shown)}
          />
          <span className="select">
            <select
              aria-label={`${label}: unit`}
              value={shown}
              onChange={({ target }) => change(count, target.value)}
            >
              {UNITS.map((each) => (
                <option key={each.value} value={each.value}>
                  {each.label}
                </option>
              ))}
            </select>
          </span>
        </div>
      )}
    </Field>
  )
}
