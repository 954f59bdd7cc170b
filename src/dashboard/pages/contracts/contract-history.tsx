import type { Contract, ContractEdit } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline, type TimelineEntry } from '../../components/timeline.tsx'

/** Every change of a contract since it was made. */
export function ContractHistory({ contract }: { contract: Contract }) {
  const { id, customer_id, created_at, created_by } = contract
  const edits = useAnswer<ContractEdit[]>({
    path: '/v2/contracts/getEditHistory',
    body: { customer_id, contract_id: id },
  })
  return (
    <Section title="History">
      <Answered query={edits}>
        {(all) => (
          <Timeline
            label="History"
            entries={[
              {
                key: 'created',
                title: `Made by ${created_by}`,
                time: <Time at={created_at} isDay={false} />,
                tone: 'good',
              },
              ...all.map(toEntry),
            ]}
          />
        )}
      </Answered>
    </Section>
  )
}

const PLAIN = ['id', 'timestamp', 'uniqueness_key']

function toEntry(edit: ContractEdit): TimelineEntry {
  const verbs = Object.entries(edit).filter(([name]) => !PLAIN.includes(name))
  return {
    key: edit.id,
    title: verbs.map(([name, value]) => inWords(name, value)).join(', '),
    time: <Time at={edit.timestamp} isDay={false} />,
  }
}

/** `add_overrides` with two of them is `Add overrides (2)`. */
function inWords(name: string, value: unknown): string {
  const words = name.replaceAll('_', ' ')
  const text = words.charAt(0).toUpperCase() + words.slice(1)
  if (Array.isArray(value)) return value.length > 1 ? `${text} (${value.length})` : text
  return typeof value === 'string' || typeof value === 'number' ? `${text}: ${value}` : text
}
