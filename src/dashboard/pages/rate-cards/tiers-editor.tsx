import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { DecimalField } from '../../components/inputs.tsx'
import { addDecimals, groupDigits } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'
import type { DraftTier } from './rate-draft.ts'
import { unitLabel } from './price-fields.tsx'

interface Props {
  /** Where the tiers are in the request. */
  name: string
  tiers: readonly DraftTier[]
  onChange: (tiers: DraftTier[]) => void
  unit: Unit
  isPercentage: boolean
}

const DECIMAL = /^\d+(\.\d+)?$/

/** The steps of a ladder, each with its width; the last one never ends. */
export function TiersEditor({ name, tiers, onChange, unit, isPercentage }: Props) {
  const set = (key: number, part: Partial<DraftTier>) =>
    onChange(tiers.map((each) => (each.key === key ? { ...each, ...part } : each)))
  const add = () => {
    const key = Math.max(...tiers.map((each) => each.key)) + 1
    onChange([...tiers, { key, size: '', price: '' }])
  }
  return (
    <fieldset className="part">
      <legend>Tiers</legend>
      {tiers.map((tier, i) => {
        const isLast = i === tiers.length - 1
        return (
          <div key={tier.key} className="row-with-button">
            <div className="filter-row">
              {isLast ? (
                <DecimalField
                  name={`${name}[${i}].size`}
                  label="Size"
                  value="all the rest"
                  disabled
                  hint={`After ${reachOf(tiers, i)}.`}
                />
              ) : (
                <DecimalField
                  name={`${name}[${i}].size`}
                  label={i === 0 ? 'The first' : 'The next'}
                  value={tier.size}
                  hint={`Up to ${reachOf(tiers, i + 1)}.`}
                  onChange={({ target }) => set(tier.key, { size: target.value.trim() })}
                />
              )}
              <DecimalField
                name={`${name}[${i}].price`}
                label={isPercentage ? 'Percent' : `Price in ${unitLabel(unit)}`}
                value={tier.price}
                hint={
                  !isPercentage && DECIMAL.test(tier.price)
                    ? moneyText(tier.price, unit)
                    : undefined
                }
                onChange={({ target }) => set(tier.key, { price: target.value.trim() })}
              />
            </div>
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove tier ${i + 1}`}
              disabled={tiers.length === 1}
              onClick={() => onChange(tiers.filter(({ key }) => key !== tier.key))}
            >
              <Icon name="close" />
            </button>
          </div>
        )
      })}
      <div className="actions">
        <Button onClick={add}>
          <Icon name="plus" /> Add a tier
        </Button>
      </div>
    </fieldset>
  )
}

/** The sum of the first widths. */
function reachOf(tiers: readonly DraftTier[], count: number): string {
  const sizes = tiers.slice(0, count).map(({ size }) => size)
  return sizes.every((size) => DECIMAL.test(size)) ? groupDigits(addDecimals(sizes)) : '…'
}
