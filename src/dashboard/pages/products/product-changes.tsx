import { useNow } from '../../api/use-clock.ts'
import { Badge } from '../../components/badge.tsx'
import { Facts } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import type { Product } from '../offering/answers.ts'
import type { StateFacts } from './state-facts.tsx'

interface Props {
  product: Product
  stateFacts: StateFacts
}

/** How a product came to be what it is, and what it will be. The latest is first. */
export function ProductChanges({ product, stateFacts }: Props) {
  const now = useNow()
  const { initial, updates } = product
  const entries = updates.map((update, i) => {
    const start = update.starting_at ?? initial.created_at
    const isScheduled = now !== undefined && Date.parse(start) > now.getTime()
    const name = update.name === undefined ? [] : [{ label: 'Name', value: update.name }]
    return {
      key: `${start} ${i}`,
      tone: isScheduled ? ('warn' as const) : ('info' as const),
      title: (
        <>
          Changed from <Time at={start} />
        </>
      ),
      time: isScheduled ? <Badge tone="warn">Scheduled</Badge> : `by ${update.created_by}`,
      detail: <Facts layout="list" facts={[...name, ...stateFacts(update)]} />,
    }
  })
  return (
    <Timeline
      label="Changes of the product"
      entries={[
        ...entries.toReversed(),
        {
          key: 'created',
          title: `Created as ${initial.name}`,
          time: <Time at={initial.created_at} isDay />,
          detail: <Facts layout="list" facts={stateFacts(initial)} />,
        },
      ]}
    />
  )
}
