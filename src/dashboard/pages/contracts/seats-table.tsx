import { useQuery } from '@tanstack/react-query'
import type { Contract } from '../../api/answers.ts'
import { post } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { Amount } from '../../components/amount.tsx'
import { SearchFilter, useFilter } from '../../components/filters.tsx'
import { Answered } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import type { Unit } from '../../format/money.ts'
import { ChangeSeats } from './change-seats.tsx'
import type { SeatSpan, SeatsHeld } from './seat-update.ts'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { subscriptionName, type Subscription } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'
import { useNames } from './use-offering.ts'
import { useSeats } from './use-seats.ts'

const SHOWN_MAX = 100

interface Props {
  contract: Contract
  subscription: Subscription
}

/** Who holds the seats of a subscription, since when, and what is left of what they were given. */
export function SeatsTable({ contract, subscription }: Props) {
  const seats = useSeats(contract, subscription)
  return (
    <Answered query={seats}>
      {({ spans, now }) => (
        <Seats
          contract={contract}
          subscription={subscription}
          spans={spans}
          held={now ?? { seats: [], unassigned: 0, total: 0 }}
        />
      )}
    </Answered>
  )
}

type SeatsProps = Props & { spans: readonly SeatSpan[]; held: SeatsHeld }
type Seat = SeatsHeld['seats'][number]

function Seats({ contract, subscription, spans, held }: SeatsProps) {
  const [search, setSearch] = useFilter('seat')
  const { shown, open } = useDialog()
  const canEdit = useCanEdit(contract)
  const found = held.seats.filter(({ id }) => id.toLowerCase().includes(search.toLowerCase()))
  const rows = found.slice(0, SHOWN_MAX)
  const balances = useSeatBalances(contract, subscription, rows)
  const remove = ({ id }: Seat) =>
    open((close) => <ChangeSeats {...{ contract, subscription }} removed={[id]} onClose={close} />)
  const columns: Column<Seat>[] = [
    { key: 'id', header: 'Seat', cell: ({ id }) => <strong>{id}</strong> },
    { key: 'since', header: 'Held since', cell: ({ since }) => <Time at={since} /> },
    ...(balances.data !== undefined && balances.data.size > 0
      ? [balanceColumn(balances.data)]
      : []),
    ...(canEdit
      ? [
          actionColumn<Seat>(
            ({ id }) => id,
            (seat) => [{ key: 'remove', label: 'Remove…', onSelect: () => remove(seat) }],
          ),
        ]
      : []),
  ]
  return (
    <>
      <div className="section-head">
        <p className="muted">
          {held.seats.length} of {held.total} seats have an id, {held.unassigned} do not.{' '}
          <Coming spans={spans} />
        </p>
        {held.seats.length > 10 && (
          <SearchFilter label="Find a seat" value={search} onChange={setSearch} size="small" />
        )}
      </div>
      <Table
        label={`Seats of ${subscriptionName(subscription)}`}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        empty={<p className="muted">{search === '' ? 'No seat has an id.' : 'No such seat.'}</p>}
      />
      {rows.length < found.length && (
        <p className="muted">
          These are the first {SHOWN_MAX} of {found.length}; search for others.
        </p>
      )}
      {shown}
    </>
  )
}

/** What is to become of the seats, if that is known. */
function Coming({ spans }: { spans: readonly SeatSpan[] }) {
  const last = spans.at(-1)
  const before = spans.at(-2)
  if (last === undefined || before === undefined) return null
  return (
    <>
      The latest change: {String(before.total_quantity)} to {String(last.total_quantity)} seats from{' '}
      <Time at={last.starting_at} />.
    </>
  )
}

interface SeatBalance {
  seat_id: string
  balances: { credit_type_id: string; balance: number; starting_balance: number }[]
}

/** What seats have of commits and credits of their own, by their ids; empty where there are none. */
function useSeatBalances(contract: Contract, subscription: Subscription, rows: readonly Seat[]) {
  const { id } = useEnvironment()
  const recurring = [...(contract.recurring_commits ?? []), ...(contract.recurring_credits ?? [])]
  const isDivided = recurring.some(
    ({ subscription_config: link }) =>
      link?.subscription_id === subscription.id && link.allocation === 'INDIVIDUAL',
  )
  const seatIds = rows.map((seat) => seat.id)
  return useQuery({
    queryKey: [id, 'seat balances', subscription.id, seatIds],
    queryFn: async () => {
      const { data } = await post<{ data: SeatBalance[] }>('/v1/contracts/seatBalances/list', {
        customer_id: contract.customer_id,
        contract_id: contract.id,
        subscription_ids: [subscription.id],
        seat_ids: seatIds,
        skip_missing_seat_ids: true,
        limit: SHOWN_MAX,
      })
      return new Map(data.map((seat) => [seat.seat_id, seat.balances]))
    },
    enabled: isDivided && seatIds.length > 0,
  })
}

function balanceColumn(balances: ReadonlyMap<string, SeatBalance['balances']>): Column<Seat> {
  return {
    key: 'left',
    header: 'Left of what it was given',
    align: 'right',
    cell: ({ id }) =>
      (balances.get(id) ?? []).map((each) => (
        <span key={each.credit_type_id} className="term-line">
          <Left {...each} />
        </span>
      )),
  }
}

function Left({ credit_type_id, balance, starting_balance }: SeatBalance['balances'][number]) {
  const { unitOf } = useNames()
  const unit: Unit = unitOf(credit_type_id)
  return (
    <>
      <Amount value={balance} unit={unit} />{' '}
      <span className="muted">
        of <Amount value={starting_balance} unit={unit} />
      </span>
    </>
  )
}
