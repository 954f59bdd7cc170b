import { Link } from 'wouter'
import type { Contract, Customer, Invoice } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { usePages } from '../../api/use-pages.ts'
import { Amount } from '../../components/amount.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { Card, Section } from '../../components/page.tsx'
import { Empty, ErrorState } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { invoiceHref } from '../invoices/invoice-names.ts'
import { ContractStateBadge } from '../contracts/contract-state.tsx'
import { contractHref, contractName, contractState } from '../contracts/contract-names.ts'
import { useContracts } from './use-contracts.ts'

export function CustomerOverview({ customer }: { customer: Customer }) {
  return (
    <>
      <div className="columns">
        <CurrentDrafts customer={customer} />
        <NetBalance customer={customer} />
      </div>
      <Contracts customer={customer} />
    </>
  )
}

function CurrentDrafts({ customer: { id } }: { customer: Customer }) {
  const drafts = usePages<Invoice>({
    path: `/v1/customers/${id}/invoices`,
    query: { status: 'DRAFT', type: 'USAGE' },
    limit: 5,
    refetchInterval: 10_000,
  })
  return (
    <Card>
      <h2 className="card-title">This period so far</h2>
      {drafts.isPending && <span className="skeleton" />}
      {drafts.error && <p className="muted">{drafts.error.message}</p>}
      {!drafts.isPending && drafts.rows.length === 0 && (
        <p className="muted">No contract is being billed.</p>
      )}
      <ul className="stack">
        {drafts.rows.map((draft) => (
          <li key={draft.id}>
            <p className="figure">
              <Amount value={draft.total} unit={draft.credit_type} />
            </p>
            <p className="muted">
              <Period start={draft.start_timestamp} end={draft.end_timestamp} />
              {' · '}
              <Link href={invoiceHref({ id: draft.id, customerId: id })}>Draft invoice</Link>
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function NetBalance({ customer: { id } }: { customer: Customer }) {
  const balance = useAnswer<{ balance: number }>({
    path: '/v1/contracts/customerBalances/getNetBalance',
    body: { customer_id: id },
  })
  return (
    <Card>
      <h2 className="card-title">Commits and credits left</h2>
      {balance.data === undefined ? (
        <span className="skeleton" />
      ) : (
        <p className="figure">
          <Amount value={balance.data.balance} unit={{ name: 'USD (cents)' }} />
        </p>
      )}
      <p className="muted">
        In US dollars, less what drafts draw ·{' '}
        <Link href={`/customers/${id}/balances`}>All balances</Link>
      </p>
    </Card>
  )
}

function Contracts({ customer }: { customer: Customer }) {
  const { scope } = useEnvironment()
  const contracts = useContracts(customer)
  const now = useNow()
  return (
    <Section
      title="Contracts"
      actions={
        scope === 'full' && (
          <ButtonLink href={`/customers/${customer.id}/contracts/new`}>Add contract</ButtonLink>
        )
      }
    >
      {contracts.error ? (
        <ErrorState error={contracts.error} onRetry={() => void contracts.refetch()} />
      ) : (
        <Table
          label="Contracts"
          columns={columns(now ?? new Date(0))}
          rows={contracts.data ?? []}
          rowKey={({ id }) => id}
          rowHref={contractHref}
          isPending={contracts.isPending || now === undefined}
          empty={
            <Empty title="No contracts yet">
              A contract says which rate card prices the usage, and from when on.
            </Empty>
          }
        />
      )}
    </Section>
  )
}

function columns(now: Date): Column<Contract>[] {
  return [
    {
      key: 'name',
      header: 'Contract',
      cell: contractName,
    },
    {
      key: 'state',
      header: 'State',
      cell: (contract) => {
        return <ContractStateBadge state={contractState(contract, now)} />
      },
    },
    { key: 'from', header: 'From', cell: ({ starting_at }) => <Time at={starting_at} /> },
    {
      key: 'until',
      header: 'Until',
      cell: ({ ending_before }) =>
        ending_before === undefined ? (
          <span className="muted">No end</span>
        ) : (
          <Time at={ending_before} />
        ),
    },
    { key: 'terms', header: 'Terms', cell: (contract) => <span>{termsOf(contract)}</span> },
  ]
}

/** What a contract has besides its rate card. */
function termsOf(contract: Contract): string {
  const parts = [
    counted(contract.commits.length, 'commit'),
    counted(contract.credits.length, 'credit'),
    counted(contract.overrides.length, 'override'),
    counted(contract.subscriptions.length, 'subscription'),
    counted(contract.scheduled_charges?.length ?? 0, 'scheduled charge'),
  ]
  return parts.filter((part) => part !== '').join(', ') || 'Rate card only'
}

function counted(count: number, noun: string): string {
  if (count === 0) return ''
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
