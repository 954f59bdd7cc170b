import type { ReactNode } from 'react'
import { Field } from '../../components/form.tsx'
import { Icon } from '../../components/icon.tsx'
import type { Choice } from '../../components/inputs.tsx'
import { listOf } from './build-term.ts'

interface Props {
  name: string
  label: string
  hint?: ReactNode
  isOptional?: boolean
  choices: readonly Choice[]
  /** The values of what is chosen, with commas. */
  value: string
  onChange: (value: string) => void
}

/** Any number of a list: each choice becomes a token that can be taken away. */
export function PicksField({ name, label, hint, isOptional = false, ...props }: Props) {
  const { choices, value, onChange } = props
  const chosen = listOf(value)
  const left = choices.filter((choice) => !chosen.includes(choice.value))
  const nameOf = (id: string) => choices.find((choice) => choice.value === id)?.label ?? id
  const none = choices.length === 0 ? 'None there yet' : 'There are no more'
  return (
    <Field {...{ name, label, isOptional }} {...(hint !== undefined && { hint })}>
      {(ties) => (
        <div className="picks">
          {chosen.map((id) => (
            <span key={id} className="token">
              {nameOf(id)}
              <button
                type="button"
                aria-label={`Remove ${nameOf(id)}`}
                onClick={() => onChange(chosen.filter((each) => each !== id).join(', '))}
              >
                <Icon name="close" />
              </button>
            </span>
          ))}
          <span className="select">
            <select
              {...ties}
              value=""
              onChange={({ target }) => onChange([...chosen, target.value].join(', '))}
            >
              <option value="">{left.length === 0 ? none : 'Add…'}</option>
              {left.map((choice) => (
                <option key={choice.value} value={choice.value}>
                  {choice.label}
                </option>
              ))}
            </select>
          </span>
        </div>
      )}
    </Field>
  )
}
