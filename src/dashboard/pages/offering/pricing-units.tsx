import { useState } from 'react'
import { Link } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { TextField } from '../../components/inputs.tsx'
import { Page } from '../../components/page.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { unitName } from '../../format/money.ts'
import { useRateCards } from '../contracts/use-offering.ts'
import type { CreditType, RateCard } from './answers.ts'

export default function PricingUnits() {
  const { scope } = useEnvironment()
  const [isCreating, setIsCreating] = useState(false)
  const pages = usePages<CreditType>({ path: '/v1/credit-types/list', limit: 100 })
  const cards = useRateCards()
  return (
    <Page
      title="Pricing units"
      lead="What prices and balances are in. Rate cards say what custom units are worth."
      actions={
        scope === 'full' && (
          <Button kind="primary" onClick={() => setIsCreating(true)}>
            Create custom unit
          </Button>
        )
      }
    >
      <PagedTable
        label="Pricing units"
        pages={pages}
        columns={columnsOf(cards.data)}
        rowKey={({ id }) => id}
        empty={<p className="muted">None.</p>}
      />
      {isCreating && <CreateUnit onClose={() => setIsCreating(false)} />}
    </Page>
  )
}

function columnsOf(cards: readonly RateCard[] | undefined): Column<CreditType>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      cell: (unit) => (
        <>
          <strong>{unitName(unit)}</strong>
          {unit.name === 'USD (cents)' && <span className="muted"> · amounts are in cents</span>}
        </>
      ),
    },
    {
      key: 'kind',
      header: 'Kind',
      width: '9rem',
      cell: ({ is_currency }) =>
        is_currency ? <Badge>Currency</Badge> : <Badge tone="info">Custom unit</Badge>,
    },
    {
      key: 'used',
      header: 'Used on',
      cell: (unit) => <UsedOn unit={unit} cards={cards} />,
    },
    { key: 'id', header: 'Id', width: '11rem', cell: ({ id }) => <CopyableId id={id} isShort /> },
  ]
}

const CARDS_SHOWN = 3

/** The rate cards whose prices are in a unit, or may be. */
function UsedOn({
  unit: { id },
  cards,
}: {
  unit: CreditType
  cards: readonly RateCard[] | undefined
}) {
  if (cards === undefined) return <span className="muted">…</span>
  const using = cards.filter(
    ({ fiat_credit_type: currency, credit_type_conversions: conversions }) =>
      currency.id === id || conversions.some((each) => each.custom_credit_type.id === id),
  )
  if (using.length === 0) return <span className="muted">no rate card</span>
  const more = using.length - CARDS_SHOWN
  return (
    <span className="badges">
      {using.slice(0, CARDS_SHOWN).map((card) => (
        <Link key={card.id} href={`/offering/rate-cards/${card.id}`}>
          {card.name}
        </Link>
      ))}
      {more > 0 && <span className="muted">and {more} more</span>}
    </span>
  )
}

function CreateUnit({ onClose }: { onClose: () => void }) {
  const create = useAction<{ name: string }>({
    path: '/v1/credit-types/create',
    done: 'The unit is made',
    onSuccess: onClose,
  })
  return (
    <Dialog title="Create a custom pricing unit" onClose={onClose}>
      <Form error={create.error} onSubmit={(textOf) => create.mutate({ name: textOf('name') })}>
        <TextField
          name="name"
          label="Name"
          hint="As invoices call it, such as “AI credits”. It cannot be changed: invoices name it so."
          autoFocus
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={create.isPending}>
            Create unit
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}
