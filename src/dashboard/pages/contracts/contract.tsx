import type { ComponentType } from 'react'
import { useParams } from 'wouter'
import type { Contract, Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { CopyableId } from '../../components/copy-button.tsx'
import { Page } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { CustomFields } from '../custom-fields/custom-fields.tsx'
import NotFound from '../not-found.tsx'
import '../offering/offering.css'
import './contracts.css'
import { ContractActions } from './contract-actions.tsx'
import { contractHref, contractName, contractState } from './contract-names.ts'
import { ContractHistory } from './contract-history.tsx'
import { ContractRates } from './contract-rates.tsx'
import { ContractStateBadge } from './contract-state.tsx'
import { ContractSubscriptions } from './contract-subscriptions.tsx'
import { ContractTerms } from './contract-terms.tsx'
import { ContractTimeline } from './contract-timeline.tsx'

const PARTS: Record<string, { label: string; part: ComponentType<{ contract: Contract }> }> = {
  '': { label: 'Terms', part: ContractTerms },
  subscriptions: { label: 'Subscriptions', part: ContractSubscriptions },
  rates: { label: 'Rates', part: ContractRates },
  timeline: { label: 'Timeline', part: ContractTimeline },
  history: { label: 'Changes', part: ContractHistory },
}

export default function ContractPage() {
  const {
    customerId,
    contractId,
    part = '',
  } = useParams<{
    customerId: string
    contractId: string
    part?: string
  }>()
  const now = useNow()
  const customer = useAnswer<Customer>({ path: `/v1/customers/${customerId}` })
  const contract = useAnswer<Contract>({
    path: '/v2/contracts/get',
    body: { customer_id: customerId, contract_id: contractId, include_balance: true },
  })
  const Part = PARTS[part]?.part
  if (Part === undefined) return <NotFound />
  const crumbs = [
    { label: 'Customers', href: '/customers' },
    { label: customer.data?.name ?? 'Customer', href: `/customers/${customerId}` },
  ]
  if (contract.data === undefined) {
    return (
      <Page title="Contract" crumbs={crumbs}>
        <Answered query={contract}>{() => null}</Answered>
      </Page>
    )
  }
  const name = contractName(contract.data)
  const state = now && contractState(contract.data, now)
  return (
    <Page
      title={name}
      crumbs={crumbs}
      heading={
        <>
          {name} {state && <ContractStateBadge state={state} />}
        </>
      }
      lead={<CopyableId id={contract.data.id} />}
      actions={<ContractActions contract={contract.data} />}
    >
      <Tabs
        label="Parts of the contract"
        tabs={Object.entries(PARTS)
          .filter(([key]) => key !== 'subscriptions' || contract.data.subscriptions.length > 0)
          .map(([key, { label }]) => ({
            label,
            href: contractHref(contract.data) + (key === '' ? '' : `/${key}`),
          }))}
      />
      <Part contract={contract.data} />
      {part === '' && (
        <CustomFields
          entity="contract"
          id={contract.data.id}
          values={contract.data.custom_fields}
          isFixed={contract.data.archived_at !== undefined}
        />
      )}
    </Page>
  )
}
