import { useAnswer } from '../../api/use-answer.ts'
import { Quantity } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Answered, Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import type { RateCard, RateCardCheck } from '../offering/answers.ts'

type Finding = RateCardCheck['findings'][number]

const KINDS: Record<Finding['kind'], string> = {
  NO_METRIC: 'No metric',
  UNMATCHABLE_RATE: 'Never applies',
  GAP: 'Gap in time',
  COMMIT_RATE_ABOVE_LIST: 'Dear commit rate',
  SHADOWED_RATE: 'Shadowed',
  TIER_WITHOUT_EFFECT: 'Idle tier',
  UNPRICED_USAGE: 'Usage without a price',
}

/** What of a card may not have been meant. */
export function CardCheck({ card }: { card: RateCard }) {
  const check = useAnswer<RateCardCheck>({
    path: '/v1/contract-pricing/rate-cards/check',
    body: { rate_card_id: card.id },
  })
  return (
    <Answered query={check}>
      {({ findings, findings_left_out: more, contracts_read: read, has_more_contracts }) => (
        <>
          <div className="bar-with-action">
            <p className="muted">
              Rates that never apply, gaps, and the usage of {read}{' '}
              {read === 1 ? 'contract' : 'contracts'}
              {has_more_contracts && ', the youngest'}.
            </p>
            <Button isBusy={check.isFetching} onClick={() => void check.refetch()}>
              Check again
            </Button>
          </div>
          <Table
            label="Findings"
            columns={COLUMNS}
            rows={findings.map((finding, i) => ({ ...finding, key: String(i) }))}
            rowKey={({ key }) => key}
            empty={
              <Empty title="Nothing to remark">
                Every rate can apply, and all usage that was read has a price.
              </Empty>
            }
          />
          {more > 0 && <p className="muted">And {more.toLocaleString('en')} more.</p>}
        </>
      )}
    </Answered>
  )
}

const COLUMNS: readonly Column<Finding & { key: string }>[] = [
  {
    key: 'kind',
    header: 'Finding',
    width: '13rem',
    cell: ({ kind }) => (
      <Badge tone={kind === 'UNPRICED_USAGE' || kind === 'NO_METRIC' ? 'bad' : 'warn'}>
        {KINDS[kind]}
      </Badge>
    ),
  },
  { key: 'message', header: 'What was found', cell: ({ message }) => message },
  {
    key: 'time',
    header: 'When',
    cell: ({ starting_at, ending_before }) => <Period start={starting_at} end={ending_before} />,
  },
  {
    key: 'quantity',
    header: 'Quantity',
    align: 'right',
    cell: ({ quantity }) => <Quantity value={quantity} />,
  },
]
