import type { Contract } from '../../api/answers.ts'
import { Amount } from '../../components/amount.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import { editCall } from './edit-term.tsx'
import { RemoveTerm } from './remove-term.tsx'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { wordOf } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'
import { useNames } from './use-offering.ts'

type Tracker = NonNullable<Contract['spend_trackers']>[number]

/** What counts how much was bought of commits in a period. */
export function SpendTrackers({ contract }: { contract: Contract }) {
  const { spend_trackers: trackers = [] } = contract
  const { shown, open } = useDialog()
  const canEdit = useCanEdit(contract)
  if (trackers.length === 0) return null
  const archive = ({ alias }: Tracker) =>
    open((close) => (
      <RemoveTerm
        title={`Archive ${alias}?`}
        contract={contract}
        call={editCall(contract, { archive_spend_trackers: [alias] })}
        name={alias}
        after="Archived"
        action="Archive the tracker"
        done="The tracker is archived"
        onClose={close}
      >
        <p>Nothing is counted by it any more.</p>
      </RemoveTerm>
    ))
  return (
    <Section title="Spend trackers">
      <Table
        label="Spend trackers"
        rows={trackers}
        rowKey={({ alias }) => alias}
        columns={[
          ...COLUMNS,
          ...(canEdit
            ? [
                actionColumn<Tracker>(
                  ({ alias }) => alias,
                  (tracker) => [
                    {
                      key: 'archive',
                      label: 'Archive…',
                      isDanger: true,
                      onSelect: () => archive(tracker),
                    },
                  ],
                ),
              ]
            : []),
        ]}
      />
      {shown}
    </Section>
  )
}

const COLUMNS: readonly Column<Tracker>[] = [
  { key: 'alias', header: 'Alias', cell: ({ alias }) => <strong>{alias}</strong> },
  {
    key: 'counts',
    header: 'Counts',
    cell: ({ applicable_spend_specifiers: specifiers }) =>
      specifiers
        .map(
          ({ sources, discounted = 'ANY' }) =>
            `${sources.map(wordOf).join(', ')} (${wordOf(discounted).toLowerCase()})`,
        )
        .join('; '),
  },
  {
    key: 'period',
    header: 'In the period',
    cell: ({ accumulated_spend: spend }) => (
      <Period start={spend?.period_starting_at} end={spend?.period_ending_before} />
    ),
  },
  {
    key: 'amount',
    header: 'Bought so far',
    align: 'right',
    cell: (tracker) => <Bought tracker={tracker} />,
  },
]

function Bought({ tracker }: { tracker: Tracker }) {
  const { unitOf } = useNames()
  const { accumulated_spend: spend, credit_type_id: id } = tracker
  if (spend === undefined) return <span className="muted">–</span>
  return <Amount value={spend.amount} unit={unitOf(id)} />
}
