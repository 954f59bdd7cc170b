import { useState } from 'react'
import type { Contract, ContractEdit } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Card } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { describeEdit } from './describe-edit.ts'
import { termNames } from './use-term-names.ts'

/** Every edit of the contract, the latest first, down to how it was made. */
export function ContractHistory({ contract }: { contract: Contract }) {
  const { customer_id, id: contract_id } = contract
  const edits = useAnswer<ContractEdit[]>({
    path: '/v2/contracts/getEditHistory',
    body: { customer_id, contract_id },
  })
  const names = termNames(contract)
  const nameOf = (id: string) => names.get(id)
  return (
    <Answered query={edits}>
      {(made) => (
        <Card>
          <Timeline
            label="Changes of the contract"
            entries={[
              ...made.toReversed().map((edit) => ({
                key: edit.id,
                title: describeEdit(edit, nameOf).join('. ') || 'Edited',
                time: <Time at={edit.timestamp} />,
                detail: <EditDetail edit={edit} />,
                tone: 'info' as const,
              })),
              {
                key: 'created',
                title: 'Created',
                time: <Time at={contract.created_at} />,
                detail: `by ${contract.created_by}`,
                tone: 'good',
              },
            ]}
          />
        </Card>
      )}
    </Answered>
  )
}

function EditDetail({ edit }: { edit: ContractEdit }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button
        kind="quiet"
        className="inline-button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? 'Hide the details' : 'Show the details'}
      </Button>
      {isOpen && <JsonView value={edit} label="edit" />}
    </>
  )
}
