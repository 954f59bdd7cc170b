import type { Balance, Customer } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { usePages } from '../../api/use-pages.ts'
import { Button } from '../../components/button.tsx'
import { CheckField } from '../../components/inputs.tsx'
import { useFilter } from '../../components/filters.tsx'
import { Empty, ErrorState, Loading } from '../../components/states.tsx'
import { AddBalance } from '../contracts/add-balance.tsx'
import { BalanceCard } from './balance-card.tsx'

/** Commits and credits of the customer and their contracts, in the order in which they pay. */
export function CustomerBalances({ customer }: { customer: Customer }) {
  const { id } = customer
  const [past, setPast] = useFilter('past')
  const now = useNow()
  const pages = usePages<Balance>({
    path: '/v1/contracts/customerBalances/list',
    cursorIn: 'body',
    limit: 25,
    body: {
      customer_id: id,
      include_contract_balances: true,
      include_ledgers: true,
      include_balance: true,
      include_archived: past !== '',
      sort_by_priority: true,
    },
  })
  if (pages.error) return <ErrorState error={pages.error} onRetry={pages.refetch} />
  if (pages.isPending || now === undefined) return <Loading />
  return (
    <div className="stack">
      <div className="section-head">
        <CheckField
          label="Show archived ones too"
          checked={past !== ''}
          onChange={(event) => setPast(event.target.checked ? 'shown' : '')}
        />
        <AddBalance customer={customer} />
      </div>
      {pages.rows.length === 0 && (
        <Empty title="No commits or credits">
          They are agreed on in contracts, or given to the customer as such.
        </Empty>
      )}
      {pages.rows.map((balance) => (
        <BalanceCard key={balance.id} balance={balance} now={now} customerId={id} />
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
