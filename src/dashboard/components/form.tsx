import {
  createContext,
  useContext,
  useEffect,
  useId,
  useMemo,
  useState,
  type ReactNode,
  type SyntheticEvent,
} from 'react'
import { sortFieldErrors } from '../api/field-errors.ts'

interface FormState {
  errors: Record<string, string>
  register: (name: string) => () => void
}

const Fields = createContext<FormState>({ errors: {}, register: () => () => {} })

interface FormProps {
  /** The refusal of the last attempt; its sentences go to the fields that they name. */
  error: Error | null
  /** Is given what reads the text of a field, without blanks around it. */
  onSubmit: (textOf: (name: string) => string) => void
  children: ReactNode
  className?: string
}

/** A form whose fields show what the server said about them. */
export function Form({ error, onSubmit, children, className = '' }: FormProps) {
  const [names, setNames] = useState<string[]>([])
  const { fields, rest } = sortFieldErrors(error, names)
  const register = useMemo(
    () => (name: string) => {
      setNames((before) => [...before, name])
      return () => setNames((before) => before.filter((each) => each !== name))
    },
    [],
  )
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    onSubmit((name) => {
      const value = values.get(name)
      return typeof value === 'string' ? value.trim() : ''
    })
  }
  return (
    <Fields value={{ errors: fields, register }}>
      <form className={`form ${className}`} onSubmit={submit} noValidate>
        {children}
        {rest !== '' && (
          <p className="form-error" role="alert">
            {rest}
          </p>
        )}
      </form>
    </Fields>
  )
}

/** What ties an input to its label, its hint and its error. */
export interface InputTies {
  id: string
  name: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean
}

interface FieldProps {
  /** The field of the API, as its refusals name it: `tiers[0].price`. */
  name: string
  label: string
  hint?: ReactNode
  /** An error that was found here, before the server was asked. */
  error?: string | undefined
  isOptional?: boolean
  children: (ties: InputTies) => ReactNode
}

/** A labelled place for one input of any kind. */
export function Field({ name, label, hint, error, isOptional, children }: FieldProps) {
  const id = useId()
  const { errors, register } = useContext(Fields)
  useEffect(() => register(name), [name, register])
  const problem = error ?? errors[name]
  const described = [hint !== undefined && `${id}-hint`, problem && `${id}-error`].filter(Boolean)
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isOptional === true && <span className="muted"> · optional</span>}
      </label>
      {children({
        id,
        name,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': problem !== undefined,
      })}
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
