import { Amount, Quantity } from '../../components/amount.tsx'
import { addDecimals, decimalText, shiftDecimal } from '../../format/decimal-text.ts'
import type { Unit } from '../../format/money.ts'
import type { ScheduledRate } from '../offering/answers.ts'

type Rate = ScheduledRate['rate']

/** A price in few words: for a cell of a matrix. */
export function ShortPrice({ rate }: { rate: Rate }) {
  const { rate_type: type, price, tiers = [], quantity, credit_type: unit } = rate
  const [first] = tiers
  if (type === 'PERCENTAGE') return <Percent value={price ?? 0} />
  if (first !== undefined) {
    return (
      <>
        {type === 'TIERED' ? (
          <Amount value={first.price} unit={unit} />
        ) : (
          <Percent value={first.price} />
        )}
        <span className="muted"> · {tiers.length} tiers</span>
      </>
    )
  }
  if (type === 'CUSTOM' || price === undefined) return <span className="muted">Own pricing</span>
  return (
    <>
      <Amount value={price} unit={unit} />
      {quantity !== undefined && (
        <span className="muted">
          {' '}
          × <Quantity value={quantity} />
        </span>
      )}
    </>
  )
}

/** A price with all that it says. */
export function LongPrice({ rate }: { rate: Rate }) {
  const { rate_type: type, tiers, minimum_config: least, custom_rate, credit_type: unit } = rate
  return (
    <>
      {tiers === undefined ? (
        <ShortPrice rate={rate} />
      ) : (
        <Ladder tiers={tiers} unit={unit} isPercentage={type === 'TIERED_PERCENTAGE'} />
      )}
      {least !== undefined && (
        <p className="muted">
          at least <Amount value={least.minimum} unit={unit} />
        </p>
      )}
      {custom_rate !== undefined && <code>{JSON.stringify(custom_rate)}</code>}
    </>
  )
}

interface LadderProps {
  tiers: NonNullable<Rate['tiers']>
  unit: Unit
  isPercentage: boolean
}

/** Each unit at the price of the step that it falls into. */
export function Ladder({ tiers, unit, isPercentage }: LadderProps) {
  const sizes = tiers.map(({ size }) => (size === undefined ? undefined : decimalText(size)))
  return (
    <table className="ladder">
      <thead>
        <tr>
          <th scope="col">From more than</th>
          <th scope="col">Up to</th>
          <th scope="col">Price</th>
        </tr>
      </thead>
      <tbody>
        {tiers.map(({ price }, i) => {
          const from = addDecimals(sizes.slice(0, i).map((size) => size ?? '0'))
          const size = sizes[i]
          return (
            <tr key={from + String(i)}>
              <td>
                <Quantity value={from} />
              </td>
              <td>{size === undefined ? '∞' : <Quantity value={addDecimals([from, size])} />}</td>
              <td>
                {isPercentage ? <Percent value={price} /> : <Amount value={price} unit={unit} />}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Percent({ value }: { value: number }) {
  return (
    <>
      <Quantity value={shiftDecimal(decimalText(value), -2)} />%
    </>
  )
}
