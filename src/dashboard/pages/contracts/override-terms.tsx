import type { Contract } from '../../api/answers.ts'
import { Section } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { overrideChange, overrideTargets } from './term-text.ts'
import { useNames } from './use-offering.ts'

/** What the contract pays otherwise than the rate card says. */
export function OverrideTerms({ contract: { overrides } }: { contract: Contract }) {
  const { productName } = useNames()
  if (overrides.length === 0) return null
  return (
    <Section title="Overrides" lead="What they come to is among the rates.">
      <Table
        label="Overrides"
        rows={overrides}
        rowKey={({ id }) => id}
        columns={[
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
            cell: ({ starting_at, ending_before }) => (
              <Period start={starting_at} end={ending_before} />
            ),
          },
        ]}
      />
    </Section>
  )
}
