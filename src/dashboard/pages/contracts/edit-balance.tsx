import type { Balance } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Answered } from '../../components/states.tsx'
import { balanceSheet } from './edit-fields.ts'
import type { EditCall } from './edit-frame.tsx'
import { editCall, EditTerm } from './edit-term.tsx'
import { RemoveTerm } from './remove-term.tsx'
import { useTermContext } from './use-term-context.ts'

interface Props {
  customerId: string
  balance: Balance
  onClose: () => void
}

/** Changes a commit or credit, of a contract or of the customer as such. */
export function EditBalance({ customerId, balance, onClose }: Props) {
  const kind = kindOf(balance)
  const title = `Change ${balance.name ?? balance.product.name}`
  const context = useTermContext({ start: '', end: '' })
  const now = useNow()
  if (context.data === undefined || now === undefined) {
    return (
      <Dialog title={title} onClose={onClose}>
        <Answered query={context}>{() => null}</Answered>
      </Dialog>
    )
  }
  const contract = contractOf(balance, customerId)
  const reference = { [`${kind}_id`]: balance.id }
  return (
    <EditTerm
      title={title}
      sheet={balanceSheet(balance, now)}
      contract={contract}
      context={context.data}
      place={contract === null ? '' : `update_${kind}s[0].`}
      callOf={(changes): EditCall =>
        contract === null
          ? {
              path: `/v2/contracts/${kind}s/edit`,
              method: kind === 'commit' ? 'v2.contracts.editCommit' : 'v2.contracts.editCredit',
              body: { customer_id: customerId, ...reference, ...changes },
            }
          : editCall(contract, { [`update_${kind}s`]: [{ ...reference, ...changes }] })
      }
      done={`The ${kind} is changed`}
      onClose={onClose}
    />
  )
}

/** Archives a commit or credit. */
export function ArchiveBalance({ customerId, balance, onClose }: Props) {
  const kind = kindOf(balance)
  const name = balance.name ?? balance.product.name
  const contract = contractOf(balance, customerId)
  return (
    <RemoveTerm
      title={`Archive ${name}?`}
      contract={contract}
      call={
        contract === null
          ? {
              path: `/v2/contracts/${kind}s/archive`,
              method: null,
              body: { customer_id: customerId, [`${kind}_id`]: balance.id },
            }
          : editCall(contract, { [`archive_${kind}s`]: [{ id: balance.id }] })
      }
      name={name}
      after="Archived"
      action={`Archive the ${kind}`}
      done={`The ${kind} is archived`}
      onClose={onClose}
    >
      <p>
        Nothing more is paid by it, and nothing more is invoiced for it. That is refused where a
        finalized invoice has to do with it.
      </p>
    </RemoveTerm>
  )
}

/** Lets a postpaid commit end without an invoice for what was not spent of it. */
export function DropTrueup({ customerId, balance, onClose }: Props) {
  const name = balance.name ?? balance.product.name
  return (
    <RemoveTerm
      title={`End ${name} without a true-up?`}
      // It is no edit, so that the history has nothing of it.
      contract={null}
      call={{
        path: '/v1/contracts/commits/disableTrueup',
        method: null,
        body: { customer_id: customerId, contract_id: balance.contract?.id, commit_id: balance.id },
      }}
      name={name}
      after="Nothing is invoiced for what is not spent"
      action="Drop the true-up"
      done="The true-up is dropped"
      onClose={onClose}
    >
      <p>What is not spent of it by its end is not invoiced. This cannot be taken back.</p>
    </RemoveTerm>
  )
}

function contractOf({ contract }: Balance, customerId: string) {
  return contract === undefined ? null : { id: contract.id, customer_id: customerId }
}

function kindOf({ type }: Balance): 'commit' | 'credit' {
  return type === 'CREDIT' ? 'credit' : 'commit'
}
