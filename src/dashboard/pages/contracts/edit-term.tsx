import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { Answered } from '../../components/states.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { diffTerm, schedulePlaces } from './diff-term.ts'
import { EditFrame, type EditCall } from './edit-frame.tsx'
import type { EditSheet } from './edit-fields.ts'
import { FieldList } from './field-list.tsx'
import type { TermContext, Values } from './term.ts'
import { useContractContext } from './use-term-context.ts'

interface Props {
  title: string
  sheet: EditSheet
  /** Where the changed members are in the request, as refusals name them. */
  place: string
  /** The call that makes the changes. */
  callOf: (changes: Record<string, unknown>) => EditCall
  contract: Pick<Contract, 'id' | 'customer_id'> | null
  context: TermContext
  done: string
  onClose: () => void
}

/** Changes members of a term that is there. */
export function EditTerm({ title, sheet, place, callOf, context, ...frame }: Props) {
  const { fields, before } = sheet
  const [after, setAfter] = useState<Values>(before)
  const { lines, body } = diffTerm({ fields, before, after, context })
  const rowPlaces = Object.fromEntries(
    fields
      .filter(({ type }) => type === 'schedule')
      .map(({ path }) => [
        path,
        schedulePlaces(place + path, before[path] ?? '', after[path] ?? ''),
      ]),
  )
  return (
    <EditFrame
      title={title}
      contract={frame.contract}
      call={callOf(body)}
      lines={lines}
      action="Make the change"
      done={frame.done}
      onClose={frame.onClose}
    >
      <FieldList
        fields={fields}
        values={after}
        context={context}
        place={place}
        rowPlaces={rowPlaces}
        onChange={setAfter}
      />
    </EditFrame>
  )
}

type OfContract = Omit<Props, 'context' | 'contract' | 'callOf' | 'place'> & {
  contract: Contract
  /** The verb of the edit: `update_commits`. */
  verb: string
  /** What names the term in the list of the verb; absent where the contract has one at most. */
  reference?: Record<string, string>
}

/** Changes a term of a contract by one verb of an edit. */
export function EditContractTerm({ contract, verb, reference, ...props }: OfContract) {
  const now = useNow()
  const context = useContractContext(contract, now)
  const place = reference === undefined ? `${verb}.` : `${verb}[0].`
  if (context.data === undefined) {
    return (
      <Dialog title={props.title} onClose={props.onClose}>
        <Answered query={context}>{() => null}</Answered>
      </Dialog>
    )
  }
  return (
    <EditTerm
      {...props}
      contract={contract}
      context={context.data}
      place={place}
      callOf={(changes) =>
        editCall(contract, {
          [verb]: reference === undefined ? changes : [{ ...reference, ...changes }],
        })
      }
    />
  )
}

/** An edit of a contract. */
export function editCall(
  { id, customer_id }: Pick<Contract, 'id' | 'customer_id'>,
  verbs: Record<string, unknown>,
): EditCall & { method: string } {
  return {
    path: '/v2/contracts/edit',
    method: 'v2.contracts.edit',
    body: { customer_id, contract_id: id, ...verbs },
  }
}
