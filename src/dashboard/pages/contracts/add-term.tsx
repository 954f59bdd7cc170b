import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { Answered } from '../../components/states.tsx'
import { buildTerms, placesOf } from './build-term.ts'
import { editCall } from './edit-term.tsx'
import { SdkCall } from './sdk-call.tsx'
import { TermFields } from './term-fields.tsx'
import { ADDED_KINDS } from './term-kinds.ts'
import { useCanEdit } from './term-menu.tsx'
import type { Term, TermContext } from './term.ts'
import { useContractContext } from './use-term-context.ts'

/** Adds a term to a contract that is there, by an edit. */
export function AddTerm({ contract }: { contract: Contract }) {
  const [kind, setKind] = useState<string | null>(null)
  if (!useCanEdit(contract)) return null
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
        items={Object.entries(ADDED_KINDS)
          .filter(([, { isSingle, member }]) => isSingle !== true || !(member in contract))
          .map(([key, { label }]) => ({
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
  const context = useContractContext(contract, useNow())
  const label = ADDED_KINDS[kind]?.label.toLowerCase() ?? ''
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
  const label = ADDED_KINDS[kind]?.label ?? 'Term'
  const call = editCall(contract, buildTerms([term], context, 'add_', ADDED_KINDS))
  const edit = useAction<object>({ path: call.path, done: `${label} added`, onSuccess: onClose })
  const place = placesOf([term], 'add_')[0] ?? ''
  return (
    <Form error={edit.error} onSubmit={() => edit.mutate(call.body)}>
      <TermFields
        term={term}
        context={context}
        place={place}
        kinds={ADDED_KINDS}
        onChange={setTerm}
      />
      <SdkCall method={call.method} body={call.body} isFolded />
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isBusy={edit.isPending}>
          Add to the contract
        </Button>
      </footer>
    </Form>
  )
}
