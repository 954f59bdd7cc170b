import type { Contract } from '../../api/answers.ts'
import type { MenuItem } from '../../components/menu.tsx'
import { Section } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import { recurringSheet } from './edit-fields.ts'
import { EditContractTerm } from './edit-term.tsx'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { recurringText, type Recurring } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'
import { useNames } from './use-offering.ts'

interface Row {
  term: Recurring
  kind: 'commit' | 'credit'
}

/** Commits and credits that come again each period. */
export function RecurringTerms({ contract }: { contract: Contract }) {
  const { recurring_commits: commits = [], recurring_credits: credits = [] } = contract
  const { unitOf } = useNames()
  const { shown, open } = useDialog()
  const canEdit = useCanEdit(contract)
  const rows: Row[] = [
    ...commits.map((term) => ({ term, kind: 'commit' as const })),
    ...credits.map((term) => ({ term, kind: 'credit' as const })),
  ]
  if (rows.length === 0) return null
  const itemsOf = ({ term, kind }: Row): MenuItem[] => [
    {
      key: 'change',
      label: 'Change or end…',
      onSelect: () =>
        open((close) => (
          <EditContractTerm
            title={`Change ${term.name ?? term.product.name}`}
            sheet={recurringSheet(term, unitOf)}
            contract={contract}
            verb={`update_recurring_${kind}s`}
            reference={{ [`recurring_${kind}_id`]: term.id }}
            done={`The recurring ${kind} is changed`}
            onClose={close}
          />
        )),
    },
  ]
  return (
    <Section title="Recurring commits and credits" lead="Changes hold for periods to come.">
      <Table
        label="Recurring commits and credits"
        rows={rows}
        rowKey={({ term }) => term.id}
        columns={[
          { key: 'name', header: 'Name', cell: (row) => <Name {...row} contract={contract} /> },
          { key: 'grants', header: 'Grants', cell: ({ term }) => recurringText(term, unitOf) },
          {
            key: 'period',
            header: 'Valid',
            cell: ({ term }) => <Period start={term.starting_at} end={term.ending_before} />,
          },
          ...(canEdit
            ? [actionColumn(({ term }: Row) => term.name ?? term.product.name, itemsOf)]
            : []),
        ]}
      />
      {shown}
    </Section>
  )
}

function Name({ term, kind, contract }: Row & { contract: Contract }) {
  const { subscription_config: link } = term
  const linked = contract.subscriptions.find(({ id }) => id === link?.subscription_id)
  const seats = linked?.name ?? linked?.subscription_rate.product.name
  return (
    <>
      <strong>{term.name ?? term.product.name}</strong>
      <span className="term-notes">
        {kind === 'commit' ? 'Commit' : 'Credit'}
        {link !== undefined && `, for each seat${seats === undefined ? '' : ` of ${seats}`}`}
        {link?.allocation === 'INDIVIDUAL' && ', each its own'}
      </span>
    </>
  )
}
