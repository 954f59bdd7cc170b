import { Link } from 'wouter'
import type { Contract, ContractRate } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { DateFilter, FilterBar, SelectFilter, useFilter } from '../../components/filters.tsx'
import { toInstant } from '../../components/inputs.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import type { Product } from '../offering/answers.ts'
import { priceText } from './price-text.ts'
import { wordOf } from './term-text.ts'
import { useProducts } from './use-offering.ts'

/** What the contract pays for everything that it is entitled to, at one instant. */
export function ContractRates({ contract }: { contract: Contract }) {
  const [day, setDay] = useFilter('at')
  const [which, setWhich] = useFilter('which')
  const products = useProducts()
  const now = useNow()
  const at = toInstant(day) ?? clamp(contract, now)
  const pages = usePages<ContractRate>({
    path: '/v1/contracts/getContractRateSchedule',
    limit: 50,
    body: {
      customer_id: contract.customer_id,
      contract_id: contract.id,
      ...(at !== undefined && { at }),
    },
    enabled: now !== undefined,
  })
  const rows = pages.rows.filter(({ override_rate }) => which === '' || override_rate !== undefined)
  return (
    <>
      <FilterBar>
        <DateFilter
          label="As of"
          value={day || (at ?? now?.toISOString() ?? '').slice(0, 10)}
          onChange={setDay}
        />
        <SelectFilter label="Which rates" value={which} choices={WHICH} onChange={setWhich} />
      </FilterBar>
      <PagedTable
        label="Rates"
        pages={{ ...pages, rows }}
        columns={[...COLUMNS, tryColumn(contract, products.data ?? [])]}
        rowKey={(row) =>
          JSON.stringify([
            row.product_id,
            row.pricing_group_values,
            row.billing_frequency,
            row.starting_at,
          ])
        }
        empty={
          which === '' ? (
            <Empty title="No rates at this time">
              The rate card has no rates then, or the contract is not entitled to any of them.
            </Empty>
          ) : (
            <Empty title="No overridden rates at this time">
              The contract pays what the rate card says.
            </Empty>
          )
        }
      />
    </>
  )
}

const WHICH = [
  { value: '', label: 'All rates' },
  { value: 'overridden', label: 'Overridden ones' },
]

/** Usage can be tried out: an event of this customer, as the metric of the product counts it. */
function tryColumn(
  { customer_id: customerId }: Contract,
  products: readonly Product[],
): Column<ContractRate> {
  return {
    key: 'try',
    header: <span className="hidden">Try it</span>,
    align: 'right',
    cell: ({ product_id, product_name }) => {
      const product = products.find(({ id }) => id === product_id)
      const metricId = product?.current.billable_metric_id
      if (product?.type !== 'USAGE' || metricId === undefined) return null
      return (
        <Link
          href={`/events/new?customer=${customerId}&metric=${metricId}`}
          className="try-link"
          aria-label={`Test event for ${product_name}`}
        >
          Test event
        </Link>
      )
    },
  }
}

/** Now, or the nearest time of the contract, which had no rates before and has none afterwards. */
function clamp({ starting_at, ending_before }: Contract, now: Date | undefined) {
  if (now === undefined) return undefined
  if (now < new Date(starting_at)) return starting_at
  if (ending_before === undefined || now < new Date(ending_before)) return undefined
  return new Date(new Date(ending_before).getTime() - 1).toISOString()
}

const COLUMNS: readonly Column<ContractRate>[] = [
  {
    key: 'product',
    header: 'Product',
    width: '27%',
    cell: ({ product_name, pricing_group_values: values, billing_frequency }) => (
      <>
        <strong>{product_name}</strong>
        {billing_frequency !== undefined && (
          <span className="muted"> · {wordOf(billing_frequency).toLowerCase()}</span>
        )}
        {values !== undefined && (
          <span className="dimensions">
            {Object.entries(values).map(([name, value]) => (
              <span key={name} className="dimension">
                <span className="muted">{name}</span> {value}
              </span>
            ))}
          </span>
        )}
      </>
    ),
  },
  {
    key: 'list',
    header: 'List rate',
    cell: ({ list_rate, override_rate }) => {
      const text = priceText(list_rate, list_rate.credit_type)
      return override_rate === undefined ? text : <s className="muted">{text}</s>
    },
  },
  {
    key: 'rate',
    header: 'This contract',
    cell: ({ list_rate, override_rate }) =>
      override_rate === undefined ? (
        <span className="muted">{priceText(list_rate, list_rate.credit_type)}</span>
      ) : (
        <>
          <strong>{priceText(override_rate, override_rate.credit_type)}</strong>{' '}
          <Badge tone="info">Override</Badge>
        </>
      ),
  },
  {
    key: 'commit',
    header: 'Commit rate',
    cell: ({ commit_rate, list_rate }) =>
      commit_rate === undefined ? (
        <span className="muted">–</span>
      ) : (
        priceText(commit_rate, list_rate.credit_type)
      ),
  },
  {
    key: 'period',
    header: 'Valid',
    cell: ({ starting_at, ending_before }) => <Period start={starting_at} end={ending_before} />,
  },
]
