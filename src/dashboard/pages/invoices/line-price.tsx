import type { Explanation } from '../../api/answers.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { decimalText, shiftDecimal } from '../../format/decimal-text.ts'
import type { Unit } from '../../format/money.ts'
import { Step } from './line-step.tsx'

type Price = NonNullable<Explanation['price']>
type Override = NonNullable<Explanation['override']>

/** The rate of the card, the override that changed it, and those that did not. */
export function LinePrice({ explanation }: { explanation: Explanation }) {
  const { rate, override, overrides_lost: lost, line_item: line } = explanation
  const unit = line.credit_type
  if (rate === null) return null
  return (
    <>
      <Step title="Rate">
        <PriceText price={rate} unit={unit} />
        {override === null && <span className="muted"> on the rate card</span>}
      </Step>
      {override !== null && (
        <Step title="Override">
          <OverrideText override={override} unit={unit} />
          {explanation.price !== undefined && (
            <>
              {' '}
              → <PriceText price={explanation.price} unit={unit} />
            </>
          )}
        </Step>
      )}
      {lost.length > 0 && (
        <Step title="Not applied">
          <ul>
            {lost.map(({ id, reason }) => (
              <li key={id}>
                Override <code title={id}>{id.slice(0, 8)}…</code>: {reason.replaceAll('_', ' ')}
              </li>
            ))}
          </ul>
        </Step>
      )}
    </>
  )
}

export function PriceText({ price, unit }: { price: Price; unit: Unit }) {
  const { rate_type: type, tiers } = price
  if (type === 'PERCENTAGE' && price.price !== undefined) {
    return (
      <>
        <Quantity value={shiftDecimal(decimalText(price.price), -2)} />% of the spend
      </>
    )
  }
  if (tiers !== undefined && tiers.length > 0) {
    return (
      <>
        {tiers.length} tiers, the first at <Amount value={tiers[0]?.price ?? 0} unit={unit} />
      </>
    )
  }
  if (price.price === undefined) return <>{type.toLowerCase()}</>
  return (
    <>
      <Amount value={price.price} unit={unit} /> each
    </>
  )
}

export function OverrideText({ override, unit }: { override: Override; unit: Unit }) {
  if (override.overwrite_rate !== undefined) {
    return (
      <>
        Overwritten with <PriceText price={override.overwrite_rate} unit={unit} />
      </>
    )
  }
  if (override.multiplier !== undefined) {
    return (
      <>
        Multiplied by <Quantity value={override.multiplier} />
      </>
    )
  }
  return <>Multipliers by tier</>
}
