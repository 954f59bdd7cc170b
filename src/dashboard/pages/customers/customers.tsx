import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Customer } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FilterBar, SearchFilter, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Form } from '../../components/form.tsx'
import { TextAreaField, TextField } from '../../components/inputs.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { linesOf } from './aliases.ts'
import { CustomerSpend } from './customer-spend.tsx'
import { FOUND_MAX, useCustomerSearch } from './use-customer-search.ts'

const STATES = [
  { value: '', label: 'Active' },
  { value: 'archived', label: 'Archived' },
]

export default function Customers() {
  const { scope } = useEnvironment()
  const [text, setText] = useFilter('search')
  const [state, setState] = useFilter('state')
  const [isAdding, setIsAdding] = useState(false)
  const query = { only_archived: state === 'archived' ? true : undefined }
  const all = usePages<Customer>({ path: '/v1/customers', limit: 25, query, enabled: text === '' })
  const found = useCustomerSearch(text)
  const add = (
    <Button kind="primary" disabled={scope !== 'full'} onClick={() => setIsAdding(true)}>
      Add customer
    </Button>
  )
  return (
    <Page title="Customers" actions={add}>
      <FilterBar>
        <SearchFilter label="Search by name, alias or id" value={text} onChange={setText} />
        <SelectFilter label="State" value={state} choices={STATES} onChange={setState} />
      </FilterBar>
      <PagedTable
        label="Customers"
        pages={text === '' ? all : found}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/customers/${id}`}
        empty={
          text === '' && state === '' ? (
            <Empty title="No customers yet" action={add}>
              Add one here or by POST /v1/customers. Events may be sent for them before that.
            </Empty>
          ) : (
            <Empty title="Nobody found">Names fit by any part, aliases and ids as a whole.</Empty>
          )
        }
      />
      {text !== '' && found.rows.length === FOUND_MAX && (
        <p className="muted">The first {FOUND_MAX} that fit. More of the name finds the others.</p>
      )}
      {isAdding && <AddCustomer onClose={() => setIsAdding(false)} />}
    </Page>
  )
}

const ALIASES_SHOWN = 2

const COLUMNS: readonly Column<Customer>[] = [
  {
    key: 'name',
    header: 'Name',
    width: '34%',
    cell: ({ name, archived_at }) => (
      <>
        {name} {archived_at !== null && <Badge>Archived</Badge>}
      </>
    ),
  },
  {
    key: 'aliases',
    header: 'Ingest aliases',
    cell: ({ ingest_aliases: aliases }) =>
      aliases.length === 0 ? (
        <span className="muted">–</span>
      ) : (
        <>
          <code>{aliases.slice(0, ALIASES_SHOWN).join(', ')}</code>
          {aliases.length > ALIASES_SHOWN && (
            <span className="muted"> and {aliases.length - ALIASES_SHOWN} more</span>
          )}
        </>
      ),
  },
  {
    key: 'spend',
    header: 'Spend this period',
    align: 'right',
    cell: ({ id, archived_at }) =>
      archived_at === null ? <CustomerSpend customerId={id} /> : null,
  },
  { key: 'created', header: 'Added', cell: ({ created_at }) => <Time at={created_at} isDay /> },
]

interface NewCustomer {
  name: string
  ingest_aliases: string[]
}

function AddCustomer({ onClose }: { onClose: () => void }) {
  const [, navigate] = useLocation()
  const create = useAction<NewCustomer, { data: { id: string } }>({
    path: '/v1/customers',
    done: 'The customer is added',
    onSuccess: ({ data: { id } }) => navigate(`/customers/${id}`),
  })
  return (
    <Dialog title="Add a customer" onClose={onClose}>
      <Form
        error={create.error}
        onSubmit={(textOf) =>
          create.mutate({ name: textOf('name'), ingest_aliases: linesOf(textOf('ingest_aliases')) })
        }
      >
        <TextField name="name" label="Name" autoFocus />
        <TextAreaField
          name="ingest_aliases"
          label="Ingest aliases"
          isOptional
          rows={3}
          hint="Ids under which your systems know the customer, one a line."
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={create.isPending}>
            Add customer
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}
