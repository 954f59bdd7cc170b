import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { Icon } from '../../components/icon.tsx'
import { RadioField, TextField, toInstant } from '../../components/inputs.tsx'
import { Menu } from '../../components/menu.tsx'
import { AddTerm } from './add-term.tsx'
import { contractName } from './contract-names.ts'

type Asked = 'name' | 'end' | 'payment' | 'archive'

/** What can be done to the contract as a whole. */
export function ContractActions({ contract }: { contract: Contract }) {
  const { scope } = useEnvironment()
  const [, navigate] = useLocation()
  const [asked, setAsked] = useState<Asked | null>(null)
  if (scope !== 'full' || contract.archived_at !== undefined) return null
  const close = () => setAsked(null)
  const renew = (type: string) =>
    navigate(`/customers/${contract.customer_id}/contracts/new?from=${contract.id}&type=${type}`)
  return (
    <>
      <AddTerm contract={contract} />
      <Menu
        label="Actions of the contract"
        button={
          <>
            More <Icon name="down" />
          </>
        }
        align="end"
        items={[
          { key: 'name', label: 'Rename…', onSelect: () => setAsked('name') },
          { key: 'end', label: 'Change the end date…', onSelect: () => setAsked('end') },
          { key: 'payment', label: 'Change payment terms…', onSelect: () => setAsked('payment') },
          { key: 'renew', label: 'Renew…', onSelect: () => renew('RENEWAL') },
          { key: 'supersede', label: 'Supersede…', onSelect: () => renew('SUPERSEDE') },
          {
            key: 'archive',
            label: 'Archive…',
            isDanger: true,
            onSelect: () => setAsked('archive'),
          },
        ]}
      />
      {asked === 'name' && <Rename contract={contract} onClose={close} />}
      {asked === 'end' && <ChangeEnd contract={contract} onClose={close} />}
      {asked === 'payment' && <ChangePayment contract={contract} onClose={close} />}
      {asked === 'archive' && <Archive contract={contract} onClose={close} />}
    </>
  )
}

interface DialogProps {
  contract: Contract
  onClose: () => void
}

function Foot({
  onClose,
  isBusy,
  action,
}: {
  onClose: () => void
  isBusy: boolean
  action: string
}) {
  return (
    <footer className="dialog-foot">
      <Button onClick={onClose}>Cancel</Button>
      <Button
        type="submit"
        kind={action.startsWith('Archive') ? 'danger' : 'primary'}
        isBusy={isBusy}
      >
        {action}
      </Button>
    </footer>
  )
}

function useEdit<Body>(done: string, onClose: () => void) {
  return useAction<Body>({ path: '/v2/contracts/edit', done, onSuccess: onClose })
}

function Rename({ contract, onClose }: DialogProps) {
  const { customer_id, id: contract_id } = contract
  const edit = useEdit<object>('The contract is renamed', onClose)
  return (
    <Dialog title="Rename the contract" onClose={onClose}>
      <Form
        error={edit.error}
        onSubmit={(textOf) =>
          edit.mutate({
            customer_id,
            contract_id,
            update_contract_name: textOf('update_contract_name') || null,
          })
        }
      >
        <TextField
          name="update_contract_name"
          label="Name"
          defaultValue={contract.name ?? ''}
          autoFocus
        />
        <Foot onClose={onClose} isBusy={edit.isPending} action="Rename" />
      </Form>
    </Dialog>
  )
}

function ChangePayment({ contract, onClose }: DialogProps) {
  const { customer_id, id: contract_id, net_payment_terms_days: days } = contract
  const edit = useEdit<object>('The payment terms are changed', onClose)
  return (
    <Dialog title="Change payment terms" onClose={onClose}>
      <Form
        error={edit.error}
        onSubmit={(textOf) => {
          const text = textOf('update_net_payment_terms_days')
          const value = /^\d+$/.test(text) ? Number(text) : text
          edit.mutate({
            customer_id,
            contract_id,
            update_net_payment_terms_days: text === '' ? null : value,
          })
        }}
      >
        <TextField
          name="update_net_payment_terms_days"
          label="Invoices are due after so many days"
          inputMode="numeric"
          defaultValue={days === undefined ? '' : String(days)}
          hint="Empty: no terms. Finalized invoices stay as they are."
          autoFocus
        />
        <Foot onClose={onClose} isBusy={edit.isPending} action="Change terms" />
      </Form>
    </Dialog>
  )
}

function ChangeEnd({ contract, onClose }: DialogProps) {
  const { customer_id, id: contract_id, ending_before } = contract
  const change = useAction<object>({
    path: '/v1/contracts/updateEndDate',
    done: 'The end of the contract is changed',
    onSuccess: onClose,
  })
  return (
    <Dialog title="Change the end date" onClose={onClose}>
      <Form
        error={change.error}
        onSubmit={(textOf) => {
          const until = toInstant(textOf('ending_before'))
          const mayCut = textOf('allow_ending_before_finalized_invoice') === 'yes'
          change.mutate({
            customer_id,
            contract_id,
            ...(until !== undefined && { ending_before: until }),
            allow_ending_before_finalized_invoice: mayCut,
          })
        }}
      >
        <TextField
          name="ending_before"
          type="datetime-local"
          step={3600}
          label="Ends before, UTC"
          isOptional
          defaultValue={ending_before?.slice(0, 16) ?? ''}
          hint="The first instant that is not part of it, on the hour. Empty: it has no end."
          autoFocus
        />
        <RadioField
          name="allow_ending_before_finalized_invoice"
          legend="If finalized invoices are about a time after that"
          defaultValue="no"
          choices={[
            { value: 'no', label: 'Do not change the end' },
            { value: 'yes', label: 'Change it; the invoices stay as they are' },
          ]}
        />
        <Foot onClose={onClose} isBusy={change.isPending} action="Change the end" />
      </Form>
    </Dialog>
  )
}

function Archive({ contract, onClose }: DialogProps) {
  const { customer_id, id: contract_id } = contract
  const archive = useAction<object>({
    path: '/v1/contracts/archive',
    done: 'The contract is archived',
    onSuccess: onClose,
  })
  return (
    <Dialog title={`Archive ${contractName(contract)}?`} onClose={onClose}>
      <Form
        error={archive.error}
        onSubmit={(textOf) =>
          archive.mutate({
            customer_id,
            contract_id,
            void_invoices: textOf('void_invoices') === 'yes',
          })
        }
      >
        <p>
          Its drafts disappear, its commits and credits go with it, and nothing more is billed. This
          cannot be taken back. To let it run out instead, change its end date.
        </p>
        <RadioField
          name="void_invoices"
          legend="Invoices that are finalized"
          defaultValue="no"
          choices={[
            { value: 'no', label: 'Keep them', hint: 'They stay to be paid.' },
            { value: 'yes', label: 'Void them all', hint: 'As if the contract had never been.' },
          ]}
        />
        <Foot onClose={onClose} isBusy={archive.isPending} action="Archive the contract" />
      </Form>
    </Dialog>
  )
}
