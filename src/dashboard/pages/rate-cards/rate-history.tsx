import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Period } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import type { ScheduledRate } from '../offering/answers.ts'
import { rateAt, type RateSpans } from './rate-matrix.ts'
import { LongPrice } from './rate-price.tsx'

interface Props {
  /** The product's. */
  name: string
  spans: RateSpans
  now: Date | undefined
  onClose: () => void
  /** Null for those who may not. */
  onAdd: ((like: ScheduledRate | undefined, isEntitled: boolean) => void) | null
}

/** What a product, or some values of its dimensions, costs in the course of time. */
export function RateHistory({ name, spans, now, onClose, onAdd }: Props) {
  const values = Object.values(spans.values)
  const current = now && rateAt(spans, now.getTime())
  return (
    <Dialog title={[name, ...values].join(' · ')} size="medium" onClose={onClose}>
      <div className="dialog-body">
        <Timeline
          label="Rates by effective date"
          entries={spans.rates.toReversed().map((rate) => ({
            key: rate.starting_at,
            tone: toneOf(rate, current, now),
            title: <Period start={rate.starting_at} end={rate.ending_before} />,
            time: <State rate={rate} current={current} now={now} />,
            detail: <RateDetail rate={rate} />,
          }))}
        />
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Close</Button>
        {onAdd !== null && (
          <>
            {current?.entitled === true && (
              <Button onClick={() => onAdd(current, false)}>Stop billing…</Button>
            )}
            <Button kind="primary" onClick={() => onAdd(current ?? spans.rates.at(-1), true)}>
              {current === undefined ? 'Add a rate here' : 'Change the price…'}
            </Button>
          </>
        )}
      </footer>
    </Dialog>
  )
}

function RateDetail({ rate }: { rate: ScheduledRate }) {
  const { commit_rate: commit } = rate
  return (
    <>
      <LongPrice rate={rate.rate} />
      {!rate.entitled && <p className="muted">Priced but not billed, unless a contract says so.</p>}
      {commit !== undefined && (
        <>
          <p className="muted">Where a commit of its own rate pays:</p>
          <LongPrice rate={{ ...commit, credit_type: rate.rate.credit_type }} />
        </>
      )}
    </>
  )
}

interface StateProps {
  rate: ScheduledRate
  current: ScheduledRate | undefined
  now: Date | undefined
}

function State({ rate, current, now }: StateProps) {
  if (rate === current) return <Badge tone="good">In force</Badge>
  return isLater(rate, now) ? <Badge tone="warn">Scheduled</Badge> : <>past</>
}

function toneOf(rate: ScheduledRate, current: ScheduledRate | undefined, now: Date | undefined) {
  if (rate === current) return 'good'
  return isLater(rate, now) ? 'warn' : 'neutral'
}

function isLater({ starting_at }: ScheduledRate, now: Date | undefined): boolean {
  return now !== undefined && Date.parse(starting_at) > now.getTime()
}
