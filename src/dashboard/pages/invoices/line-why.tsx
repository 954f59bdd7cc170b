import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Explanation, Invoice } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Answered } from '../../components/states.tsx'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'
import { isApplied } from './group-lines.ts'
import { LineEvents } from './line-events.tsx'
import { LinePrice, OverrideText } from './line-price.tsx'
import { AppliedText, LineSource, ProratedStep } from './line-source.tsx'
import { Step } from './line-step.tsx'

/** Why a line has its amount: from what was metered over the rate to what pays for it. */
export function LineWhy({ invoice, index }: { invoice: Invoice; index: number }) {
  const { id: environmentId } = useEnvironment()
  const { id, customer_id, total, status } = invoice
  const path = `/v1/customers/${customer_id}/invoices/${id}/explain`
  const explained = useQuery({
    // A draft that has moved is explained anew.
    queryKey: [environmentId, 'explain', id, status, decimalText(total)],
    queryFn: ({ signal }) =>
      readAll<Explanation>({ path, query: { skip_event_counts: true } }, { signal, pagesMax: 40 }),
    staleTime: status === 'DRAFT' ? 0 : Infinity,
  })
  return (
    <Answered query={explained}>
      {(lines) => {
        const line = lines[index]
        if (line === undefined) return <p>This line is too far down to be explained here.</p>
        return <Steps explanation={line} invoice={invoice} />
      }}
    </Answered>
  )
}

/** One thought after the other: each begins where the one before it ended. */
function Steps({ explanation, invoice }: { explanation: Explanation; invoice: Invoice }) {
  const { line_item: line, usage, ladder, charge, payment } = explanation
  return (
    <ol className="why">
      {usage !== undefined && <MeteredStep explanation={explanation} />}
      <LineSource explanation={explanation} invoice={invoice} />
      {explanation.rate !== null && <LinePrice explanation={explanation} />}
      <ProratedStep explanation={explanation} />
      {ladder !== undefined && (
        <Step title="Tiers">
          <TierTable explanation={explanation} />
        </Step>
      )}
      <Step title="Amount">
        <AmountText explanation={explanation} />
      </Step>
      {charge !== undefined && (
        <Step title="Part of">
          <Quantity value={charge.quantity} /> ×{' '}
          <Amount value={charge.unit_price} unit={line.credit_type} /> ={' '}
          <Amount value={charge.total} unit={line.credit_type} /> in all
        </Step>
      )}
      {payment !== undefined && (
        <PaymentStep explanation={explanation} customerId={invoice.customer_id} />
      )}
      {explanation.events !== undefined && (
        <Step title="Events">
          <LineEvents events={explanation.events} />
        </Step>
      )}
    </ol>
  )
}

function MeteredStep({ explanation }: { explanation: Explanation }) {
  const { billable_metric: metric, usage, quantity_conversion, quantity_rounding } = explanation
  if (usage === undefined) return null
  const windows = usage.windows.length
  const isBilledOtherwise = quantity_conversion !== undefined || quantity_rounding !== undefined
  return (
    <>
      <Step title="Metered">
        <Quantity value={addDecimals(usage.windows.map((each) => decimalText(each.metered)))} /> by{' '}
        <strong>{metric?.name}</strong>
        {usage.group_key.length > 0 && <> for each {usage.group_key.join(' and ')}</>}
        {windows > 1 && <span className="muted">, in {windows} parts of the period</span>}
      </Step>
      {quantity_conversion !== undefined && (
        <Step title="Converted">
          {quantity_conversion.operation === 'DIVIDE' ? 'Divided by' : 'Multiplied by'}{' '}
          <Quantity value={quantity_conversion.conversion_factor} />
          {quantity_conversion.name !== undefined && ` (${quantity_conversion.name})`}
        </Step>
      )}
      {quantity_rounding !== undefined && (
        <Step title="Rounded">
          {quantity_rounding.rounding_method.replaceAll('_', ' ').toLowerCase()} to{' '}
          {quantity_rounding.decimal_places} decimals
        </Step>
      )}
      {isBilledOtherwise && (
        <Step title="Billed">
          <Quantity value={usage.quantity} />
        </Step>
      )}
    </>
  )
}

function TierTable({ explanation: { ladder, line_item: line } }: { explanation: Explanation }) {
  if (ladder === undefined) return null
  return (
    <table className="small-table" aria-label="Tiers">
      <thead>
        <tr>
          <th scope="col">Tier</th>
          <th scope="col" className="align-right">
            From
          </th>
          <th scope="col" className="align-right">
            Quantity
          </th>
          <th scope="col" className="align-right">
            Unit price
          </th>
          <th scope="col" className="align-right">
            Amount
          </th>
        </tr>
      </thead>
      <tbody>
        {ladder.steps.map((step) => (
          <tr key={step.level} className={step.level === line.tier?.level ? 'is-this' : ''}>
            <td>{step.level}</td>
            <td className="align-right">
              <Quantity value={step.starting_at} />
            </td>
            <td className="align-right">
              <Quantity value={step.quantity} />
            </td>
            <td className="align-right">
              <Amount value={step.unit_price} unit={line.credit_type} />
            </td>
            <td className="align-right">
              <Amount value={step.total} unit={line.credit_type} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function AmountText({ explanation }: { explanation: Explanation }) {
  const { line_item: line, arithmetic } = explanation
  const { quantity, unit_price: price, credit_type: unit } = line
  if (isApplied(line)) return <AppliedText explanation={explanation} />
  if (quantity === undefined || price === undefined) return <code>{arithmetic}</code>
  return (
    <>
      <Quantity value={quantity} /> × <Amount value={price} unit={unit} /> ={' '}
      <strong>
        <Amount value={line.total} unit={unit} />
      </strong>
      <span className="muted arithmetic" title="As it was computed, in the unit of the API">
        {arithmetic}
      </span>
    </>
  )
}

/** The steps of the order in which commits and credits pay, as people say them. */
const ORDER: Record<string, string> = {
  class: 'its kind: what was rolled over pays first, and postpaid commits last',
  priority: 'its priority',
  ending_before: 'its earlier end',
  starting_at: 'its earlier start',
  created_at: 'its age',
  contract_level: 'being of the contract',
}

function orderText(step: string): string {
  return ORDER[step] ?? step.replaceAll('_', ' ')
}

const PAYERS = { PREPAID: 'a prepaid commit', POSTPAID: 'a postpaid commit', CREDIT: 'a credit' }

function PaymentStep({
  explanation: { payment, commit_price, line_item: line },
  customerId,
}: {
  explanation: Explanation
  customerId: string
}) {
  if (payment === undefined) return null
  const { credit_type: unit } = line
  return (
    <Step title="Paid by">
      <Link href={`/customers/${customerId}/balances`}>{PAYERS[payment.type]}</Link>, which had{' '}
      <Amount value={payment.balance_before} unit={unit} /> before and{' '}
      <Amount value={payment.balance_after} unit={unit} /> after
      {payment.next_in_order !== null && (
        <p className="muted">
          It came before the next one by {orderText(payment.next_in_order.decided_by)}.
        </p>
      )}
      {commit_price?.override != null && (
        <p className="muted">
          At the commit’s price: <OverrideText override={commit_price.override} unit={unit} />
        </p>
      )}
    </Step>
  )
}
