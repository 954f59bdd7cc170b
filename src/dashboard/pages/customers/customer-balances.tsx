import type { Balance, Customer } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { usePages } from '../../api/use-pages.ts'
import { Button } from '../../components/button.tsx'
import { SelectFilter, useFilter } from '../../components/filters.tsx'
import { Empty, ErrorState, Loading } from '../../components/states.tsx'
import { AddBalance } from '../contracts/add-balance.tsx'
import '../contracts/contracts.css'
import '../offering/offering.css'
import { BalanceCard } from './balance-card.tsx'

const SHOWN = [
  { value: '', label: 'Usable now or later' },
  { value: 'expired', label: 'Expired ones too' },
  { value: 'archived', label: 'Archived ones too' },
]

/** Charts of so many are there at once; of others they are asked for. */
const CHARTS_MAX = 3

/** Commits and credits of the customer and their contracts, in the order in which they pay. */
export function CustomerBalances({ customer }: { customer: Customer }) {
  const { id } = customer
  const [past, setPast] = useFilter('past')
  const now = useNow()
  // To the hour, so that the question stays the same while the page is looked at.
  const hour = now && `${now.toISOString().slice(0, 13)}:00:00.000Z`
  const pages = usePages<Balance>({
    path: '/v1/contracts/customerBalances/list',
    cursorIn: 'body',
    limit: 25,
    body: {
      customer_id: id,
      include_contract_balances: true,
      include_ledgers: true,
      include_balance: true,
      include_archived: past === 'archived',
      sort_by_priority: true,
      ...(past === '' && { starting_at: hour }),
    },
    enabled: now !== undefined,
  })
  if (pages.error) return <ErrorState error={pages.error} onRetry={pages.refetch} />
  if (pages.isPending || now === undefined) return <Loading />
  return (
    <div className="stack">
      <div className="section-head">
        <SelectFilter label="Which ones" value={past} choices={SHOWN} onChange={setPast} />
        <AddBalance customer={customer} />
      </div>
      {pages.rows.length === 0 && (
        <Empty
          title={past === '' ? 'No commits or credits that can be used' : 'No commits or credits'}
          {...(past === '' && {
            action: <Button onClick={() => setPast('expired')}>Show expired ones too</Button>,
          })}
        >
          They are agreed on in contracts, or given to the customer as such.
        </Empty>
      )}
      {pages.rows.map((balance, i) => (
        <BalanceCard
          key={balance.id}
          balance={balance}
          now={now}
          customerId={id}
          isCharted={i < CHARTS_MAX}
        />
      ))}
      {pages.hasMore && (
        <div className="table-more">
          <Button onClick={pages.readMore} isBusy={pages.isReadingMore}>
            Show more
          </Button>
        </div>
      )}
    </div>
  )
}
