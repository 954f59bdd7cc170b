import type { Balance } from '../../api/answers.ts'
import { Chart } from '../../components/chart.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'
import { formatDay } from '../../format/time-text.ts'
import { burnDown, sampleBurnDown } from './burn-down.ts'
import { projectBalance, projectedLine, type Projection } from './projection.ts'

const DAY_MS = 86_400_000

/** What was left of a balance over time, and where that is heading. */
export function BurnDownChart({ balance, now }: { balance: Balance; now: Date }) {
  const { access_schedule: access, ledger, balance: present } = balance
  const unit = access.credit_type
  const projection = projectBalance(balance, now)
  const points = burnDown(ledger ?? [], now)
  const end = projection === null ? now : (projection.usedUpAt ?? projection.expiresAt)
  const ends = access.schedule_items.map(({ ending_before }) => Date.parse(ending_before))
  const until = new Date(Math.min(end.getTime() + DAY_MS, Math.max(...ends)))
  const samples = sampleBurnDown(points, until)
  const times = samples.map(({ at }) => at)
  const left = Number(decimalText(present ?? 0))
  // The last day until now shows what is left at this moment, where the projection begins.
  const today = times.findLastIndex((at) => at <= now)
  return (
    <>
      <Chart
        kind="line"
        label={`What was left of ${balance.name ?? balance.product.name} over time`}
        labels={times.map(formatDay)}
        series={[
          {
            name: 'Left',
            values: samples.map((sample, i) => {
              if (i > today) return null
              return Number(i === today ? (points.at(-1)?.left ?? 0) : sample.left)
            }),
            isStepped: true,
          },
          ...(projection === null
            ? []
            : [
                {
                  name: 'At this pace',
                  values: projectedLine(times, { today, left, projection }),
                  isDashed: true,
                },
              ]),
        ]}
        format={(value) => moneyText(value, unit)}
        height={200}
      />
      {projection !== null && <p className="muted">{projectionText(projection, unit)}</p>}
    </>
  )
}

/** Where it is heading, in a sentence. */
export function projectionText(projection: Projection, unit: Unit): string {
  const { perDay, usedUpAt, expiresAt, leftAtExpiry } = projection
  const pace = `About ${roundText(perDay, unit)} a day are drawn`
  if (usedUpAt === null) {
    return `${pace}: about ${roundText(leftAtExpiry, unit)} will be left when it expires on ${formatDay(expiresAt)}.`
  }
  return `${pace}: it will be used up about ${formatDay(usedUpAt)}, before it expires on ${formatDay(expiresAt)}.`
}

/** Estimates have three digits, in dollars where the API has cents. */
function roundText(value: number, unit: Unit): string {
  return moneyText(decimalText(Number(value.toPrecision(3))), unit)
}
