import { useEffect, useRef, useState } from 'react'
import type { Invoice, LineItem } from '../../api/answers.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Button } from '../../components/button.tsx'
import { Dimensions } from '../../components/dimensions.tsx'
import { Icon } from '../../components/icon.tsx'
import { CheckField } from '../../components/inputs.tsx'
import { Empty } from '../../components/states.tsx'
import { Period } from '../../components/time.tsx'
import { countDecimals, decimalText, groupDigits, type Numeric } from '../../format/decimal-text.ts'
import { decimalsByUnit, type Unit } from '../../format/money.ts'
import {
  groupLines,
  isApplied,
  isNothing,
  totalsByUnit,
  type LineGroup,
  type PlacedLine,
} from './group-lines.ts'
import { isAddressed, lineHash } from './invoice-names.ts'
import { LineWhy } from './line-why.tsx'

/** How many decimals the columns have. */
interface Decimals {
  quantity: number
  price: (unit: Unit) => number
  total: (unit: Unit) => number
}

/** The lines by product; each tells on demand why it has its amount. */
export function InvoiceLines({ invoice }: { invoice: Invoice }) {
  const { line_items: lines } = invoice
  // A line that the address names is shown, whatever there is of it.
  const [showsZero, setShowsZero] = useState(() => {
    const named = lines.find((_, index) => isAddressed(index))
    return named !== undefined && isNothing(named)
  })
  const groups = groupLines(lines, showsZero)
  const zeros = lines.filter(isNothing).length
  const decimals = {
    quantity: Math.max(
      ...lines.map(({ quantity = 0 }) => countDecimals(decimalText(quantity))).filter(isShort),
      0,
    ),
    price: decimalsByUnit(
      lines.flatMap(({ unit_price: value, credit_type: unit }) =>
        value === undefined ? [] : [{ value, unit }],
      ),
    ),
    total: decimalsByUnit(lines.map(({ total: value, credit_type: unit }) => ({ value, unit }))),
  }
  return (
    <>
      {zeros > 0 && (
        <CheckField
          label={`Show ${zeros === 1 ? 'the line' : `the ${zeros} lines`} of quantity zero`}
          checked={showsZero}
          onChange={(event) => setShowsZero(event.target.checked)}
        />
      )}
      {groups.length === 0 ? (
        <Empty title="Nothing is charged">There was no usage that a rate prices.</Empty>
      ) : (
        <div className="table-frame">
          <table className="table lines" aria-label="Invoice lines">
            <thead>
              <tr>
                <th scope="col" className="align-left">
                  Product
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
                <th scope="col">
                  <span className="hidden">Explanation</span>
                </th>
              </tr>
            </thead>
            {groups.map((group) => (
              <Group key={group.key} invoice={invoice} group={group} decimals={decimals} />
            ))}
            <Totals invoice={invoice} decimals={decimals} />
          </table>
        </div>
      )}
    </>
  )
}

interface GroupProps {
  invoice: Invoice
  group: LineGroup
  decimals: Decimals
}

/** Of a product with a line for each of thousands of users, so many are drawn at once. */
const LINES_SHOWN = 200
const LINES_MORE = 1_000

function Group({ invoice, group, decimals }: GroupProps) {
  const isSingle = group.lines.length === 1
  const [shown, setShown] = useState(() =>
    Math.max(LINES_SHOWN, group.lines.findIndex(({ index }) => isAddressed(index)) + 1),
  )
  const more = Math.min(group.lines.length - shown, LINES_MORE)
  return (
    <tbody className="line-group">
      {!isSingle && (
        <tr className="line-group-head">
          <th scope="rowgroup" colSpan={3}>
            {group.name}
          </th>
          <td className="align-right">
            {group.subtotals.map(({ unit, total }) => (
              <div key={unit.id}>
                <Amount value={total} unit={unit} decimals={decimals.total(unit)} />
              </div>
            ))}
          </td>
          <td />
        </tr>
      )}
      {group.lines.slice(0, shown).map((placed) => (
        <Line
          key={placed.index}
          invoice={invoice}
          placed={placed}
          decimals={decimals}
          isSingle={isSingle}
        />
      ))}
      {more > 0 && (
        <tr>
          <td colSpan={5} className="line-indented">
            <Button onClick={() => setShown(shown + more)}>
              Show {groupDigits(String(more))} more of {groupDigits(String(group.lines.length))}{' '}
              lines
            </Button>
          </td>
        </tr>
      )}
    </tbody>
  )
}

interface LineProps {
  invoice: Invoice
  placed: PlacedLine
  decimals: Decimals
  isSingle: boolean
}

function Line({ invoice, placed: { index, line }, decimals, isSingle }: LineProps) {
  const [isOpen, setIsOpen] = useState(() => isAddressed(index))
  const row = useRef<HTMLTableRowElement>(null)
  const id = `why-${index}`
  useEffect(() => {
    if (isAddressed(index)) row.current?.scrollIntoView({ block: 'center' })
  }, [index])
  const toggle = () => {
    setIsOpen(!isOpen)
    // The address leads to the line that was opened last.
    const hash = isOpen ? '' : lineHash(index)
    window.history.replaceState(window.history.state, '', window.location.pathname + hash)
  }
  return (
    <>
      <tr
        ref={row}
        id={lineHash(index).slice(1)}
        className={isApplied(line) ? 'line line-applied' : 'line'}
      >
        <td className={isSingle ? '' : 'line-indented'}>
          <LineName invoice={invoice} line={line} isSingle={isSingle} />
        </td>
        <td className="align-right">
          {line.quantity !== undefined && (
            <LineQuantity value={line.quantity} decimals={decimals.quantity} />
          )}
        </td>
        <td className="align-right">
          {line.unit_price !== undefined && (
            <Amount
              value={line.unit_price}
              unit={line.credit_type}
              decimals={decimals.price(line.credit_type)}
            />
          )}
        </td>
        <td className="align-right">
          <Amount
            value={line.total}
            unit={line.credit_type}
            decimals={decimals.total(line.credit_type)}
          />
        </td>
        <td className="align-right line-action">
          <button
            type="button"
            className="button button-quiet why-button"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={`Why this amount: ${line.name}`}
            onClick={toggle}
          >
            Why <Icon name="down" />
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr id={id} className="line-why">
          <td colSpan={5}>
            <LineWhy invoice={invoice} index={index} />
          </td>
        </tr>
      )}
    </>
  )
}

/** More decimals than these come from a division that does not end. */
const DECIMALS_MAX = 10
const isShort = (decimals: number) => decimals <= DECIMALS_MAX

/** A quantity; one without end is cut, and whole in its title and in its explanation. */
function LineQuantity({ value, decimals }: { value: Numeric; decimals: number }) {
  const text = decimalText(value)
  if (isShort(countDecimals(text))) return <Quantity value={value} decimals={decimals} />
  const cut = text.slice(0, text.indexOf('.') + 1 + Math.max(decimals, 4))
  return (
    <span className="number" title={groupDigits(text)}>
      {groupDigits(cut)}…
    </span>
  )
}

function LineName({
  invoice,
  line,
  isSingle,
}: {
  invoice: Invoice
  line: LineItem
  isSingle: boolean
}) {
  const { starting_at: start, ending_before: end } = line
  const isWhole = start === invoice.start_timestamp && end === invoice.end_timestamp
  const values = { ...line.presentation_group_values, ...line.pricing_group_values }
  const hasDimensions = Object.keys(values).length > 0
  const isNamed = isSingle || isApplied(line) || !hasDimensions
  return (
    <>
      {isNamed && <span className="line-name">{line.name}</span>}
      {!isApplied(line) && <Dimensions line={line} />}
      <span className="line-notes">
        {line.tier !== undefined && (
          <span>
            Tier {line.tier.level}, above {line.tier.starting_at}
          </span>
        )}
        {line.is_prorated === true && <span>Prorated</span>}
        {!isWhole && start !== undefined && <Period start={start} end={end} />}
      </span>
    </>
  )
}

function Totals({ invoice, decimals }: { invoice: Invoice; decimals: Decimals }) {
  const { line_items: lines } = invoice
  const applied = totalsByUnit(lines.filter(isApplied))
  const charged = totalsByUnit(lines.filter((line) => !isApplied(line)))
  return (
    <tfoot>
      {applied.length > 0 && (
        <>
          <TotalRow label="Charges" totals={charged} decimals={decimals} />
          <TotalRow label="Paid by commits and credits" totals={applied} decimals={decimals} />
        </>
      )}
      <tr className="grand-total">
        <th scope="row" colSpan={3}>
          {invoice.status === 'DRAFT' ? 'Total so far' : 'Total'}
        </th>
        <td className="align-right">
          <Amount
            value={invoice.total}
            unit={invoice.credit_type}
            decimals={decimals.total(invoice.credit_type)}
          />
        </td>
        <td />
      </tr>
    </tfoot>
  )
}

function TotalRow({
  label,
  totals,
  decimals,
}: {
  label: string
  totals: ReturnType<typeof totalsByUnit>
  decimals: Decimals
}) {
  return (
    <tr className="partial-total">
      <th scope="row" colSpan={3}>
        {label}
      </th>
      <td className="align-right">
        {totals.map(({ unit, total }) => (
          <div key={unit.id}>
            <Amount value={total} unit={unit} decimals={decimals.total(unit)} />
          </div>
        ))}
      </td>
      <td />
    </tr>
  )
}
