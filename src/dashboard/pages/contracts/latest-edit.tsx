import type { Contract, ContractEdit } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { describeEdit } from './describe-edit.ts'
import { useTermNames } from './use-term-names.ts'

/** What was changed last of a contract. */
export function LatestEdit({ contract }: { contract: Pick<Contract, 'id' | 'customer_id'> }) {
  const { customer_id, id: contract_id } = contract
  const nameOf = useTermNames(contract)
  const edits = useAnswer<ContractEdit[]>({
    path: '/v2/contracts/getEditHistory',
    body: { customer_id, contract_id },
  })
  return (
    <Answered query={edits}>
      {(made) => (
        <Timeline
          label="The latest change"
          entries={made.slice(-1).map((edit) => ({
            key: edit.id,
            title: describeEdit(edit, nameOf).join('. ') || 'Edited',
            time: <Time at={edit.timestamp} />,
            tone: 'good',
          }))}
        />
      )}
    </Answered>
  )
}
