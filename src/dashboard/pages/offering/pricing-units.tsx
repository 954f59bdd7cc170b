import { useState } from 'react'
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
import type { CreditType } from './answers.ts'

export default function PricingUnits() {
  const { scope } = useEnvironment()
  const [isCreating, setIsCreating] = useState(false)
  const pages = usePages<CreditType>({ path: '/v1/credit-types/list', limit: 100 })
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
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<p className="muted">None.</p>}
      />
      {isCreating && <CreateUnit onClose={() => setIsCreating(false)} />}
    </Page>
  )
}

const COLUMNS: readonly Column<CreditType>[] = [
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
    cell: ({ is_currency }) =>
      is_currency ? <Badge>Currency</Badge> : <Badge tone="info">Custom unit</Badge>,
  },
  { key: 'id', header: 'Id', cell: ({ id }) => <CopyableId id={id} /> },
]

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
          hint="As invoices call it, such as “AI credits”. It cannot be changed."
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
