import { DecimalField, SelectField, TextAreaField } from '../../components/inputs.tsx'
import { moneyText, unitName, type Unit } from '../../format/money.ts'
import type { Product } from '../offering/answers.ts'
import { hasOnePrice, isShare, rateTypesOf, type PriceDraft } from './rate-draft.ts'
import { TiersEditor } from './tiers-editor.tsx'

interface Props {
  draft: PriceDraft
  set: (part: Partial<PriceDraft>) => void
  type: Product['type'] | undefined
  unit: Unit
  /** Where the price is in the request. */
  prefix?: string
}

/** How a quantity, or spend, turns into an amount. */
export function PriceFields({ draft, set, type, unit, prefix = '' }: Props) {
  const { rateType } = draft
  return (
    <>
      <SelectField
        name={`${prefix}rate_type`}
        label="Kind of rate"
        choices={rateTypesOf(type).filter(({ value }) => prefix === '' || value !== 'CUSTOM')}
        value={rateType}
        onChange={(value) => set({ rateType: value })}
      />
      {hasOnePrice(rateType) && (
        <DecimalField
          name={`${prefix}price`}
          label={isShare(rateType) ? 'Percent of spend' : `Price in ${unitLabel(unit)}`}
          hint={isShare(rateType) ? 'Such as 10 for 10 %.' : priceHint(draft.price, unit)}
          value={draft.price}
          onChange={({ target }) => set({ price: target.value.trim() })}
        />
      )}
      {rateType === 'SUBSCRIPTION' && (
        <DecimalField
          name={`${prefix}quantity`}
          label="Quantity"
          hint="So many are billed; parts of periods are prorated."
          value={draft.quantity}
          onChange={({ target }) => set({ quantity: target.value.trim() })}
        />
      )}
      {rateType.startsWith('TIERED') && (
        <TiersEditor
          name={`${prefix}tiers`}
          tiers={draft.tiers}
          onChange={(tiers) => set({ tiers })}
          unit={unit}
          isPercentage={isShare(rateType)}
        />
      )}
      {isShare(rateType) && (
        <DecimalField
          name="minimum_config.minimum"
          label={`At least, in ${unitLabel(unit)}`}
          isOptional
          value={draft.minimum}
          onChange={({ target }) => set({ minimum: target.value.trim() })}
        />
      )}
      {rateType === 'CUSTOM' && (
        <TextAreaField
          name="custom_rate"
          label="Own pricing, as JSON"
          hint="It is kept for your own systems and charges nothing here."
          value={draft.customRate}
          onChange={({ target }) => set({ customRate: target.value })}
        />
      )}
    </>
  )
}

/** Prices in dollars are in cents, as in the API. */
export function unitLabel(unit: Unit): string {
  return unit.name === 'USD (cents)' ? 'US cents' : unitName(unit)
}

const DECIMAL = /^\d+(\.\d+)?$/

export function priceHint(price: string, unit: Unit): string {
  return DECIMAL.test(price) ? `${moneyText(price, unit)} for each` : 'For each unit.'
}
