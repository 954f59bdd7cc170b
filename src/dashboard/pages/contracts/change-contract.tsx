import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { SelectField } from '../../components/inputs.tsx'
import { diffTerm } from './diff-term.ts'
import { EditFrame } from './edit-frame.tsx'
import { editCall } from './edit-term.tsx'
import { readFields } from './read-term.ts'
import { FieldList } from './field-list.tsx'
import { DOLLARS, NO_CONTEXT, type FieldSpec, type Values } from './term.ts'

const MEMBERS = {
  name: {
    title: 'Rename the contract',
    of: 'name',
    field: { path: 'update_contract_name', label: 'Name', type: 'text', isOptional: true },
  },
  end: {
    title: 'Change the end date',
    of: 'ending_before',
    field: {
      path: 'update_contract_end_date',
      label: 'Ends before, UTC',
      type: 'day',
      isOptional: true,
      hint: 'The first day that is not part of it. Empty: it has no end.',
    },
  },
  payment: {
    title: 'Change payment terms',
    of: 'net_payment_terms_days',
    field: {
      path: 'update_net_payment_terms_days',
      label: 'Invoices are due after so many days',
      type: 'decimal',
      isOptional: true,
      hint: 'Empty: no terms. Finalized invoices stay as they are.',
    },
  },
} satisfies Record<string, { title: string; of: keyof Contract; field: FieldSpec }>

export type ContractMember = keyof typeof MEMBERS

interface Props {
  contract: Contract
  member: ContractMember
  onClose: () => void
}

/** Changes the name, the end or the payment terms of a contract. */
export function ChangeContract({ contract, member, onClose }: Props) {
  const { title, of, field } = MEMBERS[member]
  const fields = [field]
  const before = readFields(fields, { [field.path]: contract[of] }, DOLLARS)
  const [after, setAfter] = useState<Values>(before)
  const [mayCut, setMayCut] = useState('no')
  const { lines, body } = diffTerm({ fields, before, after, context: NO_CONTEXT })
  const verbs = {
    ...body,
    ...(member === 'end' && { allow_contract_ending_before_finalized_invoice: mayCut === 'yes' }),
  }
  return (
    <EditFrame
      title={title}
      contract={contract}
      call={editCall(contract, verbs)}
      lines={lines}
      action="Change the contract"
      done="The contract is changed"
      onClose={onClose}
    >
      <FieldList fields={fields} values={after} context={NO_CONTEXT} place="" onChange={setAfter} />
      {member === 'end' && (
        <SelectField
          name="allow_contract_ending_before_finalized_invoice"
          label="If finalized invoices are about a time after that"
          value={mayCut}
          onChange={setMayCut}
          choices={[
            { value: 'no', label: 'Do not change the end' },
            { value: 'yes', label: 'Change it; the invoices stay as they are' },
          ]}
        />
      )}
    </EditFrame>
  )
}
