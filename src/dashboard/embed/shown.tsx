import type { ReactNode } from 'react'
import { moneyText, type Unit } from '../format/money.ts'
import type { Numeric } from '../format/decimal-text.ts'
import type { Reading } from './read.ts'

interface ShownProps<Row> {
  reading: Reading<Row>
  /** What is said when there are no rows. */
  none: string
  /** `isCut`: there are more rows than these. */
  children: (rows: Row[], isCut: boolean) => ReactNode
}

/** What was read, or how far reading has come. */
export function Shown<Row>({ reading, none, children }: ShownProps<Row>) {
  if (reading.state === 'reading') {
    return (
      <p className="note" role="status">
        Loading…
      </p>
    )
  }
  if (reading.state === 'failed') {
    return (
      <div className="note failed" role="alert">
        <p>{reading.message}</p>
        <button type="button" onClick={reading.retry}>
          Try again
        </button>
      </div>
    )
  }
  if (reading.rows.length === 0) return <p className="note">{none}</p>
  return children(reading.rows, reading.isCut)
}

export function Money({ value, unit }: { value: Numeric; unit: Unit }) {
  return <span className="number">{moneyText(value, unit)}</span>
}
