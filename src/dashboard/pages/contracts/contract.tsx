import { useParams } from 'wouter'
import type { Contract, Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { CopyableId } from '../../components/copy-button.tsx'
import { Facts, Page, type Fact } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { ContractActions } from './contract-actions.tsx'
import { ContractHistory } from './contract-history.tsx'
import { contractName, contractState } from './contract-names.ts'
import { ContractRates } from './contract-rates.tsx'
import { ContractStateBadge } from './contract-state.tsx'
import { ContractTerms } from './contract-terms.tsx'

/** What was agreed on with a customer: terms, prices and every change of them. */
export default function ContractPage() {
  const { customerId, contractId } = useParams<{ customerId: string; contractId: string }>()
  const now = useNow()
  const customer = useAnswer<Customer>({ path: `/v1/customers/${customerId}` })
  const contract = useAnswer<Contract>({
    path: '/v2/contracts/get',
    body: { customer_id: customerId, contract_id: contractId, include_balance: true },
  })
  const crumbs = [
    { label: 'Customers', href: '/customers' },
    { label: customer.data?.name ?? 'Customer', href: `/customers/${customerId}` },
  ]
  if (contract.data === undefined || now === undefined) {
    return (
      <Page title="Contract" crumbs={crumbs}>
        <Answered query={contract}>{() => null}</Answered>
      </Page>
    )
  }
  const name = contractName(contract.data)
  return (
    <Page
      title={name}
      crumbs={crumbs}
      heading={
        <>
          {name} <ContractStateBadge state={contractState(contract.data, now)} />
        </>
      }
      actions={<ContractActions contract={contract.data} />}
    >
      <Facts facts={factsOf(contract.data)} />
      <ContractTerms contract={contract.data} />
      <ContractRates contract={contract.data} />
      <ContractHistory contract={contract.data} />
    </Page>
  )
}

function factsOf(contract: Contract): Fact[] {
  const { starting_at, ending_before, usage_statement_schedule: schedule } = contract
  const { net_payment_terms_days: terms } = contract
  return [
    { label: 'From', value: <Time at={starting_at} /> },
    {
      label: 'Until',
      value: ending_before === undefined ? 'No end' : <Time at={ending_before} />,
    },
    {
      label: 'Billed',
      value: schedule.frequency.charAt(0) + schedule.frequency.slice(1).toLowerCase(),
    },
    ...(terms === undefined ? [] : [{ label: 'Payment terms', value: `${terms} days` }]),
    { label: 'Id', value: <CopyableId id={contract.id} isShort /> },
  ]
}
