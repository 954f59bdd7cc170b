import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Field } from './form.tsx'
import { Icon } from './icon.tsx'

interface TokensFieldProps {
  name: string
  label: string
  hint?: ReactNode
  isOptional?: boolean
  values: readonly string[]
  onChange: (values: string[]) => void
  /** What may be meant, offered while typing. */
  suggestions?: readonly string[]
  placeholder?: string
}

/** A list of short texts: Enter or a comma ends one, Backspace takes the last away. */
export function TokensField({ values, onChange, suggestions = [], ...rest }: TokensFieldProps) {
  const { name, label, hint, isOptional = false, placeholder } = rest
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const listId = useId()
  const add = (typed: string) => {
    const given = typed.split(',').map((each) => each.trim())
    const added = given.filter((each, i) => each !== '' && given.indexOf(each) === i)
    const fresh = added.filter((each) => !values.includes(each))
    if (fresh.length > 0) onChange([...values, ...fresh])
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      // A form is not sent by who goes on to the next text.
      event.preventDefault()
      add(text)
    } else if (event.key === 'Backspace' && text === '') {
      onChange(values.slice(0, -1))
    }
  }
  const remove = (value: string) => {
    onChange(values.filter((each) => each !== value))
    input.current?.focus()
  }
  return (
    <Field {...{ name, label, isOptional }} {...(hint !== undefined && { hint })}>
      {(ties) => (
        <div className="input tokens" onClick={() => input.current?.focus()}>
          {values.map((value) => (
            <span key={value} className="token">
              {value}
              <button type="button" aria-label={`Remove ${value}`} onClick={() => remove(value)}>
                <Icon name="close" />
              </button>
            </span>
          ))}
          <input
            {...ties}
            ref={input}
            list={listId}
            value={text}
            autoComplete="off"
            spellCheck={false}
            placeholder={values.length === 0 ? placeholder : undefined}
            onChange={({ target: { value } }) => {
              const isWhole = value.includes(',') || isPicked(value, text, suggestions)
              if (isWhole) add(value)
              else setText(value)
            }}
            onKeyDown={onKeyDown}
            onBlur={() => add(text)}
          />
          <datalist id={listId}>
            {suggestions
              .filter((each) => !values.includes(each))
              .map((each) => (
                <option key={each} value={each} />
              ))}
          </datalist>
        </div>
      )}
    </Field>
  )
}

/** A text that came whole was chosen from the list, not typed letter by letter. */
function isPicked(value: string, before: string, suggestions: readonly string[]): boolean {
  return suggestions.includes(value) && Math.abs(value.length - before.length) > 1
}
