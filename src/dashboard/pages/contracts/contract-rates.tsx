import type { Contract, ContractRate } from '../../api/answers.ts'
import { usePages } from '../../api/use-pages.ts'
import { Dimensions } from '../../components/dimensions.tsx'
import { Section } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { PriceText } from '../invoices/line-price.tsx'

/** What the contract pays now: prices of the card, and those that overrides make of them. */
export function ContractRates({ contract: { id, customer_id } }: { contract: Contract }) {
  const pages = usePages<ContractRate>({
    path: '/v1/contracts/getContractRateSchedule',
    body: { customer_id, contract_id: id },
    limit: 25,
  })
  return (
    <Section title="Rates now" lead="Prices of the rate card, with what overrides make of them.">
      <PagedTable
        label="Rates"
        pages={pages}
        columns={COLUMNS}
        rowKey={(rate) =>
          JSON.stringify([rate.product_id, rate.pricing_group_values, rate.billing_frequency])
        }
        empty={<Empty title="No rates">Nothing is priced at this moment.</Empty>}
      />
    </Section>
  )
}

const COLUMNS: readonly Column<ContractRate>[] = [
  {
    key: 'product',
    header: 'Product',
    cell: (rate) => (
      <>
        {rate.product_name}
        <Dimensions line={rate} />
      </>
    ),
  },
  {
    key: 'frequency',
    header: 'Billed',
    cell: ({ billing_frequency: frequency }) => frequency?.toLowerCase() ?? 'by usage',
  },
  {
    key: 'list',
    header: 'List price',
    align: 'right',
    cell: ({ list_rate: rate }) => <PriceText price={rate} unit={rate.credit_type} />,
  },
  {
    key: 'override',
    header: 'With overrides',
    align: 'right',
    cell: ({ override_rate: rate }) =>
      rate === undefined ? (
        <span className="muted">–</span>
      ) : (
        <PriceText price={rate} unit={rate.credit_type} />
      ),
  },
]
