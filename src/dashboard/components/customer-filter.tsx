import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'
import type { Customer } from '../api/answers.ts'
import { useEnvironment } from '../api/session.ts'
import { useAnswer } from '../api/use-answer.ts'
import { findCustomers } from '../api/find-customers.ts'
import { Icon } from './icon.tsx'

interface Props {
  /** The id of the chosen customer; empty for all. */
  value: string
  onChange: (id: string) => void
}

/** Chooses a customer by name, alias or id. */
export function CustomerFilter({ value, onChange }: Props) {
  const chosen = useAnswer<Customer>({ path: `/v1/customers/${value}`, enabled: value !== '' })
  if (value === '') return <CustomerSearch onChange={onChange} />
  return (
    <button type="button" className="button chip" onClick={() => onChange('')}>
      <span className="cut">{chosen.data?.name ?? 'Customer'}</span>
      <Icon name="close" />
      <span className="hidden">Show all customers</span>
    </button>
  )
}

function CustomerSearch({ onChange }: { onChange: (id: string) => void }) {
  const { id: environmentId } = useEnvironment()
  const listId = useId()
  const [text, setText] = useState('')
  const asked = useDeferredValue(text.trim())
  const found = useQuery({
    queryKey: [environmentId, 'find customers', asked],
    queryFn: ({ signal }) => findCustomers(asked, signal),
    enabled: asked !== '',
  })
  const customers = asked === '' ? [] : (found.data ?? [])
  return (
    <div className="filter menu">
      <label>
        <span className="hidden">Customer</span>
        <input
          className="input"
          placeholder="Any customer"
          value={text}
          role="combobox"
          aria-expanded={customers.length > 0}
          aria-controls={listId}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {asked !== '' && (
        <ul className="menu-items" id={listId} role="listbox" aria-label="Customers">
          {customers.map(({ id, name }) => (
            <li key={id} role="option" aria-selected={false}>
              <button type="button" className="menu-item" onClick={() => onChange(id)}>
                {name}
              </button>
            </li>
          ))}
          {customers.length === 0 && (
            <li className="menu-item muted">{found.isPending ? 'Looking…' : 'Nobody found'}</li>
          )}
        </ul>
      )}
    </div>
  )
}
