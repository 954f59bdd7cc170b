import type { Contract } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Answered } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import type { Unit } from '../../format/money.ts'
import { subscriptionName, type Subscription } from './term-text.ts'
import { DOLLARS } from './term.ts'
import { useNames } from './use-offering.ts'

interface QuantityHistory {
  fiat_credit_type_id?: string
  history: {
    starting_at: string
    data: { quantity: number; unit_price: number; total: number }[]
  }[]
}

interface Row {
  key: string
  from: string
  quantity: number
  /** Of one, and of all; null for what is to come. */
  price: number | null
  total: number | null
}

/** How the quantity of a subscription and its price for a whole period have changed. */
export function QuantitiesTable({
  contract,
  subscription,
}: {
  contract: Contract
  subscription: Subscription
}) {
  const { unitOf } = useNames()
  const history = useAnswer<QuantityHistory>({
    path: '/v1/contracts/getSubscriptionQuantityHistory',
    body: {
      customer_id: contract.customer_id,
      contract_id: contract.id,
      subscription_id: subscription.id,
    },
  })
  return (
    <Answered query={history}>
      {({ history: changes, fiat_credit_type_id: id }) => (
        <Table
          label={`Quantities of ${subscriptionName(subscription)}`}
          rows={rowsOf(subscription, changes)}
          rowKey={({ key }) => key}
          columns={columns(id === undefined ? DOLLARS : unitOf(id))}
        />
      )}
    </Answered>
  )
}

/** The latest first. */
function rowsOf(
  { quantity_schedule: schedule }: Subscription,
  changes: QuantityHistory['history'],
): Row[] {
  const coming = schedule.slice(1).map(({ starting_at: from, quantity }) => {
    return { key: `${from} to come`, from, quantity, price: null, total: null }
  })
  const past = changes.flatMap(({ starting_at: from, data }) =>
    data.map(({ quantity, unit_price: price, total }, i) => {
      return { key: `${from} ${i}`, from, quantity, price, total }
    }),
  )
  return [...past, ...coming].toReversed()
}

function columns(unit: Unit): Column<Row>[] {
  const money = (value: number | null) =>
    value === null ? <span className="muted">–</span> : <Amount value={value} unit={unit} />
  return [
    {
      key: 'from',
      header: 'Quantity from',
      cell: ({ from, total }) => (
        <>
          <Time at={from} />
          {total === null && <span className="muted"> · to come</span>}
        </>
      ),
    },
    {
      key: 'quantity',
      header: 'Quantity',
      align: 'right',
      cell: ({ quantity }) => <Quantity value={decimalText(quantity)} />,
    },
    {
      key: 'price',
      header: 'Price of one',
      align: 'right',
      cell: ({ price }) => money(price),
    },
    {
      key: 'total',
      header: 'A whole period',
      align: 'right',
      cell: ({ total }) => money(total),
    },
  ]
}
