import { useState } from 'react'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { InstantField, toInstant } from '../../components/inputs.tsx'
import type { Product } from '../offering/answers.ts'
import { nextHour } from '../offering/next-hour.ts'
import { changesOf, toDraft } from './draft.ts'
import { ProductFields } from './product-fields.tsx'

/** Changes a product from an hour on. */
export function ChangeProduct({ product, onClose }: { product: Product; onClose: () => void }) {
  const { id, type, current, updates } = product
  // Scheduled changes are the state that the next one is made of.
  const [before] = useState(() => toDraft(updates.reduce(apply, current)))
  const [draft, setDraft] = useState(before)
  const now = useNow()
  const change = useAction<Record<string, unknown>>({
    path: '/v1/contract-pricing/products/update',
    done: 'The change is made',
    onSuccess: onClose,
  })
  const changes = changesOf(type, before, draft)
  const hasChanges = Object.keys(changes).length > 0
  return (
    <Dialog title={`Change ${current.name}`} size="medium" onClose={onClose}>
      <Form
        error={change.error}
        onSubmit={(textOf) =>
          change.mutate({
            product_id: id,
            starting_at: toInstant(textOf('starting_at')),
            ...changes,
          })
        }
      >
        <InstantField
          key={String(now === undefined)}
          name="starting_at"
          label="From"
          step={3_600}
          defaultValue={now && nextHour(now)}
          hint="In UTC, on the hour. From the past on, drafts change and finalized invoices do not."
        />
        <ProductFields
          type={type}
          draft={draft}
          set={(part) => setDraft((was) => ({ ...was, ...part }))}
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={!hasChanges} isBusy={change.isPending}>
            Change product
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

type State = Product['current']

function apply(state: State, update: Product['updates'][number]): State {
  const said = Object.entries(update).filter(([, value]) => value !== undefined)
  return { ...state, ...(Object.fromEntries(said) as Partial<State>) }
}
