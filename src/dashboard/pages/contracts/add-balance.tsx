import { useState } from 'react'
import type { Contract, Customer } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField } from '../../components/inputs.tsx'
import { Answered } from '../../components/states.tsx'
import { useContracts } from '../customers/use-contracts.ts'
import { buildTerm } from './build-term.ts'
import { contractName } from './contract-names.ts'
import { SdkCall } from './sdk-call.tsx'
import { FieldList } from './field-list.tsx'
import { TERM_KINDS } from './term-kinds.ts'
import type { TermContext, Values } from './term.ts'
import { useTermContext } from './use-term-context.ts'

const KINDS = {
  credit: { noun: 'credit', method: 'customerCredits' },
  prepaid: { noun: 'prepaid commit', method: 'customerCommits' },
  postpaid: { noun: 'postpaid commit', method: 'customerCommits' },
} as const

type Kind = keyof typeof KINDS

/** Gives a customer a credit or a commit that is not part of a contract. */
export function AddBalance({ customer }: { customer: Customer }) {
  const { scope } = useEnvironment()
  const [kind, setKind] = useState<Kind | null>(null)
  if (scope !== 'full' || customer.archived_at !== null) return null
  return (
    <div className="actions">
      <Button onClick={() => setKind('credit')}>Add credit</Button>
      <Button onClick={() => setKind('prepaid')}>Add commit</Button>
      {kind !== null && (
        <BalanceDialog
          key={kind}
          kind={kind}
          customer={customer}
          onKind={setKind}
          onClose={() => setKind(null)}
        />
      )}
    </div>
  )
}

interface DialogProps {
  kind: Kind
  customer: Customer
  onKind: (kind: Kind) => void
  onClose: () => void
}

function BalanceDialog(props: DialogProps) {
  const now = useNow()
  const contracts = useContracts(props.customer)
  const current = contracts.data?.filter(({ archived_at }) => archived_at === undefined)
  const context = useTermContext({
    rateCardId: current?.[0]?.rate_card_id,
    start: now?.toISOString().slice(0, 10) ?? '',
    end: '',
  })
  return (
    <Dialog title={`Add a ${KINDS[props.kind].noun}`} onClose={props.onClose} size="medium">
      <Answered query={contracts}>
        {() => (
          <Answered query={context}>
            {(read) => <BalanceForm {...props} contracts={current ?? []} context={read} />}
          </Answered>
        )}
      </Answered>
    </Dialog>
  )
}

interface FormProps extends DialogProps {
  contracts: readonly Contract[]
  context: TermContext
}

function BalanceForm({ kind, customer, contracts, context, onKind, onClose }: FormProps) {
  const [values, setValues] = useState<Values>({})
  const [contractId, setContractId] = useState('')
  const [payerId, setPayerId] = useState(contracts[0]?.id ?? '')
  const { method, noun } = KINDS[kind]
  const create = useAction<object>({
    path: `/v1/contracts/${method}/create`,
    done: `The ${noun} is added`,
    onSuccess: onClose,
  })
  const terms = buildTerm({ key: kind, kind, values }, context)
  const isInvoiced = 'invoice_schedule' in terms
  const body = {
    customer_id: customer.id,
    ...terms,
    ...(contractId !== '' && { applicable_contract_ids: [contractId] }),
    ...(isInvoiced && payerId !== '' && { invoice_contract_id: payerId }),
  }
  const named = contracts.map((contract) => ({ value: contract.id, label: contractName(contract) }))
  return (
    <Form error={create.error} onSubmit={() => create.mutate(body)}>
      {kind !== 'credit' && <TypeField kind={kind} onKind={onKind} />}
      <FieldList
        fields={TERM_KINDS[kind]?.fields ?? []}
        values={values}
        context={context}
        place=""
        onChange={setValues}
      />
      <div className="term-grid">
        <SelectField
          name="applicable_contract_ids"
          label="For usage of"
          choices={[{ value: '', label: 'All contracts' }, ...named]}
          value={contractId}
          onChange={setContractId}
        />
        {isInvoiced && (
          <SelectField
            name="invoice_contract_id"
            label="Invoiced with"
            choices={named.length === 0 ? [{ value: '', label: 'There is no contract' }] : named}
            value={payerId}
            onChange={setPayerId}
            hint="The contract whose invoices have the payments."
          />
        )}
      </div>
      <SdkCall method={`v1.${sdkPath(method)}.create`} body={body} isFolded />
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isBusy={create.isPending}>
          Add to the customer
        </Button>
      </footer>
    </Form>
  )
}

function TypeField({ kind, onKind }: { kind: Kind; onKind: (kind: Kind) => void }) {
  return (
    <SelectField
      name="type"
      label="It is paid"
      value={kind}
      onChange={(value) => onKind(value === 'postpaid' ? 'postpaid' : 'prepaid')}
      choices={[
        { value: 'prepaid', label: 'Before it is used' },
        { value: 'postpaid', label: 'Afterwards, as far as it was not used' },
      ]}
    />
  )
}

/** Where the SDK has it. */
function sdkPath(method: 'customerCredits' | 'customerCommits'): string {
  return method === 'customerCredits' ? 'customers.credits' : 'customers.commits'
}
