import { useQuery } from '@tanstack/react-query'
import type { Explanation, FoundEvent, Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { InvoiceStatus } from '../../components/badge.tsx'
import { Dimensions } from '../../components/dimensions.tsx'
import { Card, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import { findLines, whyNowhere, type FoundLine, type NearRate } from './find-lines.ts'

/** The lines that count an event with their rates, or why there is none. */
export function EventLines({ event }: { event: FoundEvent }) {
  const { id } = useEnvironment()
  const landing = useQuery({
    queryKey: [id, 'event lines', event.id],
    queryFn: ({ signal }) => findLines(event, signal),
  })
  const metrics = useQuery({
    queryKey: [id, 'all metrics'],
    queryFn: ({ signal }) => readAll<Metric>({ path: '/v1/billable-metrics' }, { signal }),
  })
  return (
    <Section title="On invoices">
      <Answered query={landing}>
        {(found) => {
          const reason = whyNowhere(event, found, metrics.data ?? [])
          if (reason === null) return <Lines lines={found.lines} />
          return (
            <Card className="stack">
              <p>{reason}</p>
              {found.nearest.length > 0 && <Nearest rates={found.nearest} />}
            </Card>
          )
        }}
      </Answered>
    </Section>
  )
}

function Lines({ lines }: { lines: readonly FoundLine[] }) {
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

const COLUMNS: readonly Column<FoundLine>[] = [
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

function Nearest({ rates }: { rates: readonly NearRate[] }) {
  return (
    <div>
      <h3>Nearest rates</h3>
      <ul className="verdicts">
        {rates.map(({ rate, differs }) => (
          <li key={JSON.stringify([rate.product_id, rate.pricing_group_values])}>
            {rate.product_name}{' '}
            <span className="muted">
              {Object.entries(rate.pricing_group_values ?? {})
                .map(([name, value]) => `${name} = ${value}`)
                .join(', ')}
              {differs.length > 0 && `; the event has another ${differs.join(' and ')}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
