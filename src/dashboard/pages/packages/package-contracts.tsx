import { Link } from 'wouter'
import type { Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { useFilter } from '../../components/filters.tsx'
import { Section } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Segments } from '../../components/tabs.tsx'
import { Period } from '../../components/time.tsx'
import type { PackageContract } from '../offering/answers.ts'

const STATES = [
  { value: '', label: 'Active' },
  { value: 'all', label: 'With archived' },
] as const

/** The contracts that were made from a package. */
export function PackageContracts({ packageId }: { packageId: string }) {
  const [state, setState] = useFilter('contracts')
  const isAll = state === 'all'
  const pages = usePages<PackageContract>({
    path: '/v1/packages/listContractsOnPackage',
    body: { package_id: packageId, include_archived: isAll },
    limit: 20,
  })
  return (
    <Section
      title="Contracts made from it"
      actions={
        <Segments
          label="Which contracts"
          value={isAll ? 'all' : ''}
          choices={STATES}
          onChange={setState}
        />
      }
    >
      <PagedTable
        label="Contracts made from the package"
        pages={pages}
        columns={COLUMNS}
        rowKey={({ contract_id }) => contract_id}
        empty={<Empty title="No contracts">None was made from this package yet.</Empty>}
      />
    </Section>
  )
}

const COLUMNS: readonly Column<PackageContract>[] = [
  {
    key: 'customer',
    header: 'Customer',
    width: '40%',
    cell: ({ customer_id, archived_at }) => (
      <>
        <CustomerName id={customer_id} /> {archived_at !== undefined && <Badge>Archived</Badge>}
      </>
    ),
  },
  {
    key: 'contract',
    header: 'Contract',
    cell: ({ contract_id, customer_id }) => (
      <Link href={`/customers/${customer_id}/contracts/${contract_id}`}>
        <code>{contract_id.slice(0, 8)}…</code>
      </Link>
    ),
  },
  {
    key: 'time',
    header: 'In force',
    cell: ({ starting_at, ending_before }) => <Period start={starting_at} end={ending_before} />,
  },
]

function CustomerName({ id }: { id: string }) {
  const customer = useAnswer<Customer>({ path: `/v1/customers/${id}` })
  return <Link href={`/customers/${id}`}>{customer.data?.name ?? id}</Link>
}
