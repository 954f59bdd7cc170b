import { formatMoney, moneyText, type Unit } from '../format/money.ts'
import { decimalText, groupDigits, type Numeric } from '../format/decimal-text.ts'

/** Decimals that are left out at the end of a number keep their room, so that points align. */
function Padding({ shown, wanted }: { shown: number; wanted: number }) {
  if (wanted <= shown) return null
  const point = shown === 0 ? '.' : ''
  return (
    <span className="number-padding" aria-hidden="true">
      {point + '0'.repeat(wanted - shown)}
    </span>
  )
}

interface AmountProps {
  value: Numeric
  unit: Unit
  /** The decimals of its column: `decimalsOf` tells. */
  decimals?: number
  className?: string
}

/** An amount of money or of a pricing unit, with all its digits. */
export function Amount({ value, unit, decimals = 0, className = '' }: AmountProps) {
  const money = formatMoney(value, unit)
  return (
    <span className={`number ${className}`} title={moneyText(value, unit)}>
      {money.prefix}
      {money.number}
      <Padding shown={money.decimals} wanted={decimals} />
      {money.suffix !== '' && <span className="number-unit">{money.suffix}</span>}
    </span>
  )
}

/** A quantity with all its digits; a dash for none. */
export function Quantity({
  value,
  decimals = 0,
}: {
  value: Numeric | null | undefined
  decimals?: number
}) {
  if (value === null || value === undefined) return <span className="muted">–</span>
  const text = groupDigits(decimalText(value))
  const shown = text.split('.')[1]?.length ?? 0
  return (
    <span className="number">
      {text}
      <Padding shown={shown} wanted={decimals} />
    </span>
  )
}
