import type { InputHTMLAttributes, ReactNode, TextareaHTMLAttributes } from 'react'
import { Field } from './form.tsx'

interface Labelled {
  name: string
  label: string
  hint?: ReactNode
  error?: string | undefined
  isOptional?: boolean
}

type TextFieldProps = Labelled & Omit<InputHTMLAttributes<HTMLInputElement>, keyof Labelled>

export function TextField({ name, label, hint, error, isOptional, ...input }: TextFieldProps) {
  return (
    <Field {...{ name, label, hint, error, isOptional: isOptional ?? false }}>
      {(ties) => (
        <input
          className="input"
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...input}
          {...ties}
        />
      )}
    </Field>
  )
}

/** A decimal number as text: what is typed is what is sent, digit by digit. */
export function DecimalField(props: TextFieldProps) {
  return <TextField inputMode="decimal" {...props} className="input number" />
}

/** An instant in UTC, to the hour or finer; `toInstant` reads its value. */
export function InstantField(props: TextFieldProps) {
  return <TextField type="datetime-local" step={60} {...props} />
}

/** What a date or date-time input holds, as an instant in UTC; undefined where it is empty. */
export function toInstant(value: string): string | undefined {
  if (value === '') return undefined
  const time = value.includes('T') ? value : `${value}T00:00`
  return `${time.length === 16 ? `${time}:00` : time}.000Z`
}

type TextAreaProps = Labelled & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, keyof Labelled>

export function TextAreaField({ name, label, hint, error, isOptional, ...area }: TextAreaProps) {
  return (
    <Field {...{ name, label, hint, error, isOptional: isOptional ?? false }}>
      {(ties) => <textarea className="input" rows={4} spellCheck={false} {...area} {...ties} />}
    </Field>
  )
}

export interface Choice {
  value: string
  label: string
}

interface SelectFieldProps extends Labelled {
  choices: readonly Choice[]
  value?: string
  defaultValue?: string
  onChange?: (value: string) => void
}

export function SelectField({
  choices,
  value,
  defaultValue,
  onChange,
  isOptional,
  ...labelled
}: SelectFieldProps) {
  return (
    <Field {...labelled} isOptional={isOptional ?? false}>
      {(ties) => (
        <span className="select">
          <select
            {...ties}
            {...(value !== undefined && { value })}
            {...(defaultValue !== undefined && { defaultValue })}
            onChange={(event) => onChange?.(event.target.value)}
          >
            {choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  )
}

interface ChoiceFieldProps {
  name: string
  legend: string
  choices: readonly (Choice & { hint?: string })[]
  defaultValue: string
}

/** A few choices that are better read than unfolded. */
export function RadioField({ name, legend, choices, defaultValue }: ChoiceFieldProps) {
  return (
    <fieldset className="field radio-field">
      <legend>{legend}</legend>
      {choices.map(({ value, label, hint }) => (
        <label key={value} className="radio">
          <input type="radio" name={name} value={value} defaultChecked={value === defaultValue} />
          <span>
            {label}
            {hint !== undefined && <span className="field-hint">{hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface CheckFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  label: ReactNode
}

export function CheckField({ label, ...input }: CheckFieldProps) {
  return (
    <label className="check">
      <input type="checkbox" {...input} />
      <span>{label}</span>
    </label>
  )
}
