import { useEffect, useState, type ReactNode } from 'react'
import { useSearchParams } from 'wouter'
import { Icon } from './icon.tsx'
import type { Choice } from './inputs.tsx'

/**
 * A value that lives in the address, so that a view can be linked to. An empty value is left out.
 * @returns the value and what sets it
 */
export function useFilter(name: string, initial = ''): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams()
  const set = (value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === initial) next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return [search.get(name) ?? initial, set]
}

export function FilterBar({ children }: { children: ReactNode }) {
  return (
    <div className="filters" role="search">
      {children}
    </div>
  )
}

const TYPING_MS = 300

interface SearchProps {
  label: string
  value: string
  onChange: (value: string) => void
  size?: 'small' | 'medium'
}

/** Searches when the typing pauses. */
export function SearchFilter({ label, value, onChange, size = 'medium' }: SearchProps) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return undefined
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <label className={`filter filter-search filter-${size}`}>
      <span className="hidden">{label}</span>
      <Icon name="search" />
      <input
        type="search"
        className="input"
        placeholder={label}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  )
}

interface SelectProps {
  label: string
  value: string
  choices: readonly Choice[]
  onChange: (value: string) => void
}

export function SelectFilter({ label, value, choices, onChange }: SelectProps) {
  return (
    <label className="filter">
      <span className="hidden">{label}</span>
      <span className="select">
        <select value={value} onChange={(event) => onChange(event.target.value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </span>
    </label>
  )
}

export function DateFilter({ label, value, onChange }: SearchProps) {
  return (
    <label className="filter filter-date">
      <span className="filter-label">{label}</span>
      <input
        type="date"
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}
