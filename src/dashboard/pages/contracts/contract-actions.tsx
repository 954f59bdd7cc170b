import { useLocation } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { AddTerm } from './add-term.tsx'
import { ArchiveContract } from './archive-contract.tsx'
import { ChangeContract, type ContractMember } from './change-contract.tsx'
import { ChangeUsageFilter } from './change-usage-filter.tsx'
import { useCanEdit } from './term-menu.tsx'
import { useDialog } from './use-dialog.tsx'

/** What can be done to the contract as a whole. */
export function ContractActions({ contract }: { contract: Contract }) {
  const [, navigate] = useLocation()
  const { shown, open } = useDialog()
  if (!useCanEdit(contract)) return null
  const renew = (type: string) =>
    navigate(`/customers/${contract.customer_id}/contracts/new?from=${contract.id}&type=${type}`)
  const change = (member: ContractMember) => () =>
    open((close) => <ChangeContract contract={contract} member={member} onClose={close} />)
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
          { key: 'name', label: 'Rename…', onSelect: change('name') },
          { key: 'end', label: 'Change the end date…', onSelect: change('end') },
          { key: 'payment', label: 'Change payment terms…', onSelect: change('payment') },
          {
            key: 'filter',
            label: 'Change the usage filter…',
            onSelect: () =>
              open((close) => <ChangeUsageFilter contract={contract} onClose={close} />),
          },
          { key: 'renew', label: 'Renew…', onSelect: () => renew('RENEWAL') },
          { key: 'supersede', label: 'Supersede…', onSelect: () => renew('SUPERSEDE') },
          {
            key: 'archive',
            label: 'Archive…',
            isDanger: true,
            onSelect: () =>
              open((close) => <ArchiveContract contract={contract} onClose={close} />),
          },
        ]}
      />
      {shown}
    </>
  )
}
