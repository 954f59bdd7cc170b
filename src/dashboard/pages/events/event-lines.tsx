import { useQuery } from '@tanstack/react-query'
import type { Explanation, FoundEvent } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { InvoiceStatus } from '../../components/badge.tsx'
import { Dimensions } from '../../components/dimensions.tsx'
import { Card, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import {
  findLines,
  whyNowhere,
  whyUnpriced,
  type FoundLine,
  type Landing,
  type MetricLanding,
  type NearRate,
} from './find-lines.ts'
import { useMetrics } from './use-metrics.ts'

/** For each metric that counts an event the lines that do, with their rates, or why there is none. */
export function EventLines({ event }: { event: FoundEvent }) {
  const { id } = useEnvironment()
  const landing = useQuery({
    queryKey: [id, 'event lines', event.id],
    queryFn: ({ signal }) => findLines(event, signal),
  })
  const metrics = useMetrics()
  return (
    <Section title="On invoices">
      <Answered query={landing}>
        {(found) => {
          const reason = whyNowhere(event, found, metrics.data ?? [])
          if (reason === null) return <Landings landing={found} />
          return (
            <Card>
              <p>{reason}</p>
            </Card>
          )
        }}
      </Answered>
    </Section>
  )
}

function Landings({ landing: { metrics } }: { landing: Landing }) {
  const lines = metrics.flatMap((each) =>
    each.lines.map((line) => ({ ...line, metric: each.metric.name })),
  )
  return (
    <div className="stack">
      {lines.length > 0 && <Lines lines={lines} />}
      {metrics
        .filter((each) => each.lines.length === 0)
        .map((each) => (
          <Unpriced key={each.metric.id} landing={each} />
        ))}
    </div>
  )
}

type ShownLine = FoundLine & { metric: string }

function Lines({ lines }: { lines: readonly ShownLine[] }) {
  return (
    <Table
      label="Invoice lines that count this event"
      columns={COLUMNS}
      rows={lines}
      rowKey={({ invoice, line }) => `${invoice.id} ${JSON.stringify(line.line_item)}`}
      rowHref={({ invoice }) => `/customers/${invoice.customer_id}/invoices/${invoice.id}`}
    />
  )
}

const COLUMNS: readonly Column<ShownLine>[] = [
  {
    key: 'line',
    header: 'Line',
    cell: ({ line: { line_item: line } }) => (
      <>
        {line.name}
        <Dimensions line={line} />
      </>
    ),
  },
  { key: 'metric', header: 'Counted by', cell: ({ metric }) => metric },
  {
    key: 'invoice',
    header: 'Invoice',
    cell: ({ invoice }) => (
      <>
        <InvoiceStatus status={invoice.status} />{' '}
        <Period start={invoice.start_timestamp} end={invoice.end_timestamp} />
      </>
    ),
  },
  { key: 'rate', header: 'Rate', align: 'right', cell: ({ line }) => <Rate line={line} /> },
  {
    key: 'quantity',
    header: 'Line quantity',
    align: 'right',
    cell: ({ line }) => <Quantity value={line.line_item.quantity} />,
  },
  {
    key: 'total',
    header: 'Line total',
    align: 'right',
    cell: ({ line: { line_item: line } }) => <Amount value={line.total} unit={line.credit_type} />,
  },
]

function Rate({ line: { line_item: line } }: { line: Explanation }) {
  if (line.unit_price === undefined) return <span className="muted">–</span>
  return (
    <>
      <Amount value={line.unit_price} unit={line.credit_type} />
      {line.tier !== undefined && <span className="muted"> tier {line.tier.level}</span>}
    </>
  )
}

function Unpriced({ landing }: { landing: MetricLanding }) {
  const { metric, nearest } = landing
  return (
    <Card className="stack">
      <div>
        <h3>{metric.name}: counted, on no line</h3>
        <p>{whyUnpriced(landing)}</p>
      </div>
      {nearest.length > 0 && <Nearest rates={nearest} />}
    </Card>
  )
}

function Nearest({ rates }: { rates: readonly NearRate[] }) {
  return (
    <div>
      <h4>Nearest rates</h4>
      <ul className="verdicts">
        {rates.map(({ rate, differs }) => (
          <li key={JSON.stringify([rate.product_id, rate.pricing_group_values, rate.starting_at])}>
            {rate.product_name}{' '}
            <span className="muted">
              {Object.entries(rate.pricing_group_values ?? {})
                .map(([name, value]) => `${name} = ${value}`)
                .join(', ')}
              {differs.length > 0 &&
                `; the event has ${differs
                  .map(({ name, value }) =>
                    value === undefined ? `no ${name}` : `another ${name}`,
                  )
                  .join(' and ')}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
