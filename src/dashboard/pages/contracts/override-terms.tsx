import type { Contract } from '../../api/answers.ts'
import type { MenuItem } from '../../components/menu.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { ChangeOverride, EndOverride } from './edit-override.tsx'
import { editCall } from './edit-term.tsx'
import { RemoveTerm } from './remove-term.tsx'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { overrideChange, overrideTargets, type Override } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'
import { useNames } from './use-offering.ts'

/** What the contract pays otherwise than the rate card says. */
export function OverrideTerms({ contract }: { contract: Contract }) {
  const { overrides } = contract
  const { productName } = useNames()
  const { shown, open } = useDialog()
  const canEdit = useCanEdit(contract)
  if (overrides.length === 0) return null
  const itemsOf = (override: Override): MenuItem[] => [
    {
      key: 'change',
      label: 'Change…',
      onSelect: () =>
        open((close) => <ChangeOverride {...{ contract, override }} onClose={close} />),
    },
    {
      key: 'end',
      label: 'End…',
      onSelect: () => open((close) => <EndOverride {...{ contract, override }} onClose={close} />),
    },
    {
      key: 'remove',
      label: 'Remove…',
      isDanger: true,
      onSelect: () => open((close) => <Remove {...{ contract, override }} onClose={close} />),
    },
  ]
  return (
    <Section title="Overrides" lead="What they come to is among the rates.">
      <Table
        label="Overrides"
        rows={overrides}
        rowKey={({ id }) => id}
        columns={[
          ...columns(productName),
          ...(canEdit
            ? [actionColumn<Override>((override) => overrideChange(override), itemsOf)]
            : []),
        ]}
      />
      {shown}
    </Section>
  )
}

function Remove(props: { contract: Contract; override: Override; onClose: () => void }) {
  const { contract, override, onClose } = props
  return (
    <RemoveTerm
      title="Remove the override?"
      contract={contract}
      name={overrideChange(override)}
      call={editCall(contract, { remove_overrides: [{ id: override.id }] })}
      after="As if it had never been"
      action="Remove the override"
      done="The override is removed"
      onClose={onClose}
    >
      <p>
        Drafts are priced as if it had never been; finalized invoices stay as they are. To keep what
        it did until now, end it instead.
      </p>
    </RemoveTerm>
  )
}

function columns(productName: (id: string) => string): Column<Override>[] {
  return [
    {
      key: 'for',
      header: 'For',
      cell: (override) =>
        overrideTargets(override, productName).map((target) => (
          <strong key={target} className="term-line">
            {target}
          </strong>
        )),
    },
    {
      key: 'change',
      header: 'Price',
      cell: (override) => (
        <>
          {overrideChange(override)}
          <span className="term-notes">
            {override.is_commit_specific === true && 'Only what a commit pays '}
            {override.priority !== undefined && `Priority ${decimalText(override.priority)}`}
          </span>
        </>
      ),
    },
    {
      key: 'period',
      header: 'Valid',
      cell: ({ starting_at, ending_before }) => <Period start={starting_at} end={ending_before} />,
    },
  ]
}
