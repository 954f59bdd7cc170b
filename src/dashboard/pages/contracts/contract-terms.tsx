import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { Card, Facts, Section, type Fact } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { BalanceTerms } from './balance-terms.tsx'
import { AddTerm } from './add-term.tsx'
import { OverrideTerms } from './override-terms.tsx'
import { RecurringTerms } from './recurring-terms.tsx'
import { ScheduledTerms } from './scheduled-terms.tsx'
import { SpendTrackers } from './spend-trackers.tsx'
import { SubscriptionTerms } from './subscription-terms.tsx'
import { useContractFacts } from './contract-facts.tsx'
import { contractHref } from './contract-names.ts'
import { ThresholdTerms } from './threshold-terms.tsx'
import { wordOf } from './term-text.ts'

/** Everything that the contract agrees on, in sentences and tables. */
export function ContractTerms({ contract }: { contract: Contract }) {
  const { recurring_commits = [], recurring_credits = [], scheduled_charges } = contract
  const isEmpty = [
    contract.commits,
    contract.credits,
    contract.overrides,
    contract.subscriptions,
    recurring_commits,
    recurring_credits,
    scheduled_charges,
    contract.discounts ?? [],
  ].every((list) => list.length === 0)
  return (
    <>
      <Card>
        <Facts facts={useContractFacts(contract)} />
      </Card>
      {isEmpty && (
        <Empty title="Nothing but the rate card" action={<AddTerm contract={contract} />}>
          Usage is billed at list rates. Commits, credits, overrides, subscriptions and charges may
          be added at any time.
        </Empty>
      )}
      <BalanceTerms contract={contract} />
      <RecurringTerms contract={contract} />
      <OverrideTerms contract={contract} />
      <SubscriptionTerms contract={contract} />
      <ScheduledTerms
        title="Scheduled charges"
        charges={scheduled_charges}
        contract={contract}
        canChange
      />
      <ScheduledTerms
        title="Discounts"
        charges={contract.discounts ?? []}
        contract={contract}
        canChange={false}
      />
      <ThresholdTerms contract={contract} />
      <SpendTrackers contract={contract} />
      <Hierarchy contract={contract} />
    </>
  )
}

function Hierarchy({ contract: { hierarchy_configuration: hierarchy } }: { contract: Contract }) {
  if (hierarchy === undefined) return null
  const { parent, children = [], payer, usage_statement_behavior, parent_behavior } = hierarchy
  const toLink = ({ contract_id, customer_id }: { contract_id: string; customer_id: string }) => (
    <Link key={contract_id} href={contractHref({ id: contract_id, customer_id })}>
      Contract {contract_id.slice(0, 8)}
    </Link>
  )
  const facts: (Fact | false)[] = [
    parent !== undefined && { label: 'Below', value: toLink(parent) },
    payer !== undefined && { label: 'Paid by', value: wordOf(payer) },
    usage_statement_behavior !== undefined && {
      label: 'Usage statements',
      value: wordOf(usage_statement_behavior),
    },
    parent_behavior !== undefined && {
      label: 'Invoices of those below',
      value: wordOf(parent_behavior.invoice_consolidation_type),
    },
    children.length > 0 && {
      label: 'Contracts below it',
      value: <span className="term-links">{children.map(toLink)}</span>,
    },
  ]
  return (
    <Section title="Hierarchy">
      <Card>
        <Facts layout="list" facts={facts.filter((fact) => fact !== false)} />
      </Card>
    </Section>
  )
}
