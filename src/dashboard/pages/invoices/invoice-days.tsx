import { useQuery } from '@tanstack/react-query'
import type { Breakdown, Invoice } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'
import { Chart, type Series } from '../../components/chart.tsx'
import { Card, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { formatDay } from '../../format/time-text.ts'
import { decimalText } from '../../format/decimal-text.ts'
import { moneyText } from '../../format/money.ts'
import { isApplied } from './group-lines.ts'

/** What each day added to an invoice, by product, before commits and credits pay. */
export function InvoiceDays({ invoice }: { invoice: Invoice }) {
  const { id: environmentId } = useEnvironment()
  const { id, customer_id, start_timestamp: start, end_timestamp: end, credit_type } = invoice
  const days = useQuery({
    queryKey: [environmentId, 'days', id, decimalText(invoice.total)],
    queryFn: async ({ signal }) => {
      const path = `/v1/customers/${customer_id}/invoices/breakdowns`
      const query = { starting_on: start, ending_before: end, window_size: 'DAY' }
      const rows = await readAll<Breakdown>({ path, query }, { signal, pagesMax: 10 })
      return rows.filter((row) => row.id === id)
    },
    placeholderData: (before) => before,
  })
  return (
    <Section title="By day" lead="What each day added, before commits and credits pay.">
      <Card>
        <Answered query={days}>
          {(rows) => {
            if (rows.length === 0) return <p className="muted">There is nothing to show by day.</p>
            return (
              <Chart
                kind="bar"
                isStacked
                label="Charges by day and product"
                labels={rows.map((row) => dayLabel(row.breakdown_start_timestamp))}
                series={seriesOf(rows, credit_type.id)}
                format={(value) => moneyText(roundedText(value), credit_type)}
                height={260}
              />
            )
          }}
        </Answered>
      </Card>
    </Section>
  )
}

function dayLabel(at: string): string {
  return formatDay(new Date(at)).split(' ').slice(0, 2).join(' ')
}

function seriesOf(rows: readonly Breakdown[], unitId: string): Series[] {
  const names = new Map<string, number[]>()
  for (const [i, { line_items }] of rows.entries()) {
    for (const line of line_items) {
      if (isApplied(line) || line.credit_type.id !== unitId) continue
      const values = names.get(line.name) ?? rows.map(() => 0)
      values[i] = (values[i] ?? 0) + Number(decimalText(line.total))
      names.set(line.name, values)
    }
  }
  return [...names].map(([name, values]) => ({ name, values }))
}

/** Charts add floats up; what they show is rounded to what a float has for sure. */
function roundedText(value: number): string {
  return decimalText(Number(value.toPrecision(10)))
}
