import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useEnvironment } from '../api/session.ts'
import { Field, type InputTies } from './form.tsx'

export interface PickerChoice {
  value: string
  label: string
  /** A word that tells it from others of the same name. */
  detail?: string | undefined
}

interface PickerProps {
  name: string
  label: string
  hint?: ReactNode
  error?: string | undefined
  isOptional?: boolean | undefined
  /** What is chosen, and how it is shown; empty for nothing. */
  value: string
  valueText: string
  onChange: (value: string) => void
  /** What is searched, so that answers are kept apart. */
  kind: string
  /** Asks the server for what has a text in its name; for an empty text, what comes first. */
  find: (text: string, signal: AbortSignal) => Promise<PickerChoice[]>
  placeholder?: string
}

/** Chooses one of many by name; the server is searched while someone types. */
export function PickerField({ name, label, hint, error, isOptional, ...picker }: PickerProps) {
  return (
    <Field {...{ name, label, error, isOptional: isOptional ?? false }} {...(hint && { hint })}>
      {(ties) => <Picker {...picker} {...{ ties, label, isOptional }} />}
    </Field>
  )
}

type InnerProps = Omit<PickerProps, 'name' | 'hint' | 'error'> & { ties: InputTies }

function Picker(props: InnerProps) {
  const { ties, label, value, valueText, onChange, kind, find, isOptional, placeholder } = props
  const listId = useId()
  const [isOpen, setIsOpen] = useState(false)
  /** Null until someone types. */
  const [typed, setTyped] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const { found, isPending } = useFound(kind, isOpen ? (typed ?? '') : null, find)
  const close = () => {
    setIsOpen(false)
    setTyped(null)
    setAt(0)
  }
  const choose = (choice: PickerChoice | undefined) => {
    if (choice === undefined) return
    onChange(choice.value)
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      if (isOpen) setAt((at + step + found.length) % Math.max(found.length, 1))
      else setIsOpen(true)
    } else if (event.key === 'Enter' && isOpen) {
      // The form is not sent by who chooses.
      event.preventDefault()
      choose(found[at])
    } else if (event.key === 'Escape' && isOpen) {
      // The dialog around it stays.
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  }
  return (
    <div className="picker">
      <input
        {...ties}
        className="input"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(isOpen && found[at] && { 'aria-activedescendant': `${listId}-${at}` })}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder ?? 'Search by name…'}
        value={typed ?? valueText}
        onFocus={(event) => event.target.select()}
        onClick={() => setIsOpen(true)}
        onChange={({ target }) => {
          setIsOpen(true)
          setTyped(target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (typed === '' && isOptional === true && value !== '') onChange('')
          close()
        }}
      />
      {isOpen && <Choices {...{ listId, label, found, at, isPending, setAt, choose }} />}
    </div>
  )
}

interface ChoicesProps {
  listId: string
  label: string
  found: readonly PickerChoice[]
  at: number
  isPending: boolean
  setAt: (at: number) => void
  choose: (choice: PickerChoice) => void
}

function Choices({ listId, label, found, at, isPending, setAt, choose }: ChoicesProps) {
  return (
    <ul className="picker-choices" id={listId} role="listbox" aria-label={label}>
      {found.map((choice, i) => (
        <li
          key={choice.value}
          id={`${listId}-${i}`}
          role="option"
          aria-selected={i === at}
          className="picker-choice"
          // The input keeps the focus, so that what is under the pointer is still there to click.
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => setAt(i)}
          onClick={() => choose(choice)}
        >
          {choice.label}
          {choice.detail !== undefined && <span className="muted"> · {choice.detail}</span>}
        </li>
      ))}
      {found.length === 0 && (
        <li className="picker-choice muted" role="option" aria-selected={false} aria-disabled>
          {isPending ? 'Looking…' : 'Nothing found'}
        </li>
      )}
    </ul>
  )
}

const TYPING_MS = 200

/** What was found for a text once its typing rests; null asks nothing. */
function useFound(kind: string, text: string | null, find: PickerProps['find']) {
  const { id } = useEnvironment()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text?.trim() ?? ''), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  const query = useQuery({
    queryKey: [id, 'pick', kind, asked],
    queryFn: ({ signal }) => find(asked, signal),
    enabled: text !== null,
    placeholderData: (before) => before,
    staleTime: 10_000,
  })
  return { found: query.data ?? [], isPending: query.isPending }
}
