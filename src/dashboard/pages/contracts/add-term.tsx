import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { Answered } from '../../components/states.tsx'
import { buildTerms, placesOf } from './build-term.ts'
import { SdkCall } from './sdk-call.tsx'
import { TermFields } from './term-fields.tsx'
import { TERM_KINDS } from './term-kinds.ts'
import type { Term, TermContext } from './term.ts'
import { useTermContext } from './use-term-context.ts'

/** Adds a term to a contract that is there, by an edit. */
export function AddTerm({ contract }: { contract: Contract }) {
  const { scope } = useEnvironment()
  const [kind, setKind] = useState<string | null>(null)
  if (scope !== 'full' || contract.archived_at !== undefined) return null
  return (
    <>
      <Menu
        label="Terms that can be added"
        button={
          <>
            Add a term <Icon name="down" />
          </>
        }
        align="end"
        items={Object.entries(TERM_KINDS).map(([key, { label }]) => ({
          key,
          label: `${label}…`,
          onSelect: () => setKind(key),
        }))}
      />
      {kind !== null && <AddDialog kind={kind} contract={contract} onClose={() => setKind(null)} />}
    </>
  )
}

interface DialogProps {
  kind: string
  contract: Contract
  onClose: () => void
}

function AddDialog({ kind, contract, onClose }: DialogProps) {
  const now = useNow()
  const { starting_at, ending_before = '', rate_card_id: rateCardId } = contract
  const today = now?.toISOString() ?? starting_at
  const context = useTermContext({
    rateCardId,
    start: (today > starting_at ? today : starting_at).slice(0, 10),
    end: ending_before.slice(0, 10),
  })
  const label = TERM_KINDS[kind]?.label.toLowerCase() ?? ''
  return (
    <Dialog
      title={`Add ${/^[aeiou]/.test(label) ? 'an' : 'a'} ${label}`}
      onClose={onClose}
      size="medium"
    >
      <Answered query={context}>
        {(read) => <AddForm {...{ kind, contract, onClose }} context={read} />}
      </Answered>
    </Dialog>
  )
}

function AddForm({ kind, contract, onClose, context }: DialogProps & { context: TermContext }) {
  const [term, setTerm] = useState<Term>({ key: kind, kind, values: {} })
  const edit = useAction<object>({
    path: '/v2/contracts/edit',
    done: `${TERM_KINDS[kind]?.label ?? 'Term'} added`,
    onSuccess: onClose,
  })
  const body = {
    customer_id: contract.customer_id,
    contract_id: contract.id,
    ...buildTerms([term], context, 'add_'),
  }
  const place = placesOf([term], 'add_')[0] ?? ''
  return (
    <Form error={edit.error} onSubmit={() => edit.mutate(body)}>
      <TermFields term={term} context={context} place={place} onChange={setTerm} />
      <SdkCall method="v2.contracts.edit" body={body} isFolded />
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isBusy={edit.isPending}>
          Add to the contract
        </Button>
      </footer>
    </Form>
  )
}
