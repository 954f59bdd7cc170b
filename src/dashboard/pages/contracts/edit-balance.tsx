import type { Balance, Contract } from '../../api/answers.ts'
import { balanceSheet } from './edit-fields.ts'
import { EditContractTerm } from './edit-term.tsx'
import { RemoveTerm } from './remove-term.tsx'

interface Props {
  contract: Contract
  balance: Balance
  onClose: () => void
}

/** Changes a commit or credit of a contract. */
export function EditBalance({ contract, balance, onClose }: Props) {
  const kind = kindOf(balance)
  return (
    <EditContractTerm
      title={`Change ${balance.name ?? balance.product.name}`}
      sheet={balanceSheet(balance)}
      contract={contract}
      verb={`update_${kind}s`}
      reference={{ [`${kind}_id`]: balance.id }}
      done={`The ${kind} is changed`}
      onClose={onClose}
    />
  )
}

/** Archives a commit or credit of a contract. */
export function ArchiveBalance({ contract, balance, onClose }: Props) {
  const kind = kindOf(balance)
  const name = balance.name ?? balance.product.name
  return (
    <RemoveTerm
      title={`Archive ${name}?`}
      contract={contract}
      name={name}
      verb={`archive_${kind}s`}
      id={balance.id}
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

export function kindOf({ type }: Balance): 'commit' | 'credit' {
  return type === 'CREDIT' ? 'credit' : 'commit'
}
