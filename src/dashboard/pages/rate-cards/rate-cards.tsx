import { useState } from 'react'
import { useLocation } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FilterBar, SearchFilter, useFilter } from '../../components/filters.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField, TextAreaField, TextField } from '../../components/inputs.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { unitName } from '../../format/money.ts'
import type { RateCard } from '../offering/answers.ts'
import { useCreditTypes } from '../offering/use-named.ts'

export default function RateCards() {
  const { scope } = useEnvironment()
  const [text, setText] = useFilter('search')
  const [isCreating, setIsCreating] = useState(false)
  const pages = usePages<RateCard>({
    path: '/v1/contract-pricing/rate-cards/list',
    body: text === '' ? {} : { search: text },
    limit: 50,
  })
  const create = scope === 'full' && (
    <Button kind="primary" onClick={() => setIsCreating(true)}>
      Create rate card
    </Button>
  )
  return (
    <Page
      title="Rate cards"
      lead="The list prices of products, in the course of time."
      actions={create}
    >
      <FilterBar>
        <SearchFilter label="Search by name, alias or id" value={text} onChange={setText} />
      </FilterBar>
      <PagedTable
        label="Rate cards"
        pages={pages}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/offering/rate-cards/${id}`}
        empty={
          text === '' ? (
            <Empty title="No rate cards yet" action={create}>
              A contract takes its prices from a rate card.
            </Empty>
          ) : (
            <Empty title="No rate card found">Names and aliases fit by any part.</Empty>
          )
        }
      />
      {isCreating && <CreateRateCard onClose={() => setIsCreating(false)} />}
    </Page>
  )
}

const COLUMNS: readonly Column<RateCard>[] = [
  { key: 'name', header: 'Name', width: '36%', cell: ({ name }) => name },
  { key: 'currency', header: 'Currency', cell: (card) => unitName(card.fiat_credit_type) },
  {
    key: 'aliases',
    header: 'Aliases',
    cell: ({ aliases }) =>
      aliases.length === 0 ? (
        <span className="muted">–</span>
      ) : (
        <span className="badges">
          {aliases.map(({ name, starting_at }) => (
            <Badge key={`${name} ${starting_at ?? ''}`}>{name}</Badge>
          ))}
        </span>
      ),
  },
  { key: 'created', header: 'Created', cell: ({ created_at }) => <Time at={created_at} isDay /> },
]

function CreateRateCard({ onClose }: { onClose: () => void }) {
  const [, navigate] = useLocation()
  const units = useCreditTypes()
  const create = useAction<Record<string, unknown>, { data: { id: string } }>({
    path: '/v1/contract-pricing/rate-cards/create',
    done: 'The rate card is made',
    onSuccess: ({ data: { id } }) => navigate(`/offering/rate-cards/${id}`),
  })
  const currencies = (units.data ?? []).filter((unit) => unit.is_currency)
  return (
    <Dialog title="Create a rate card" onClose={onClose}>
      <Form
        error={create.error}
        onSubmit={(textOf) => {
          const alias = textOf('aliases')
          create.mutate({
            name: textOf('name'),
            description: textOf('description') || undefined,
            fiat_credit_type_id: textOf('fiat_credit_type_id') || undefined,
            ...(alias !== '' && { aliases: [{ name: alias }] }),
          })
        }}
      >
        <TextField name="name" label="Name" autoFocus />
        <TextAreaField name="description" label="Description" isOptional rows={2} />
        <SelectField
          key={currencies.length}
          name="fiat_credit_type_id"
          label="Currency"
          choices={currencies.map((unit) => ({ value: unit.id, label: unitName(unit) }))}
        />
        <TextField
          name="aliases"
          label="Alias"
          isOptional
          hint="A name by which contracts find the card; it can move to another card later."
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={create.isPending}>
            Create rate card
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}
