import type { Metric } from '../../api/answers.ts'
import { Icon } from '../../components/icon.tsx'
import { CheckField, SelectField, TextField } from '../../components/inputs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import { MetricPicker, PRICED_TYPES, ProductPicker, useMetric } from '../offering/pickers.tsx'
import { useProducts } from '../offering/use-named.ts'
import type { ProductDraft, ProductType } from './draft.ts'
import { QuantityFields } from './quantity-fields.tsx'

export interface FieldsProps {
  draft: ProductDraft
  set: (part: Partial<ProductDraft>) => void
}

/** What can be said of a product of a type. */
export function ProductFields({ type, draft, set }: FieldsProps & { type: ProductType }) {
  return (
    <>
      <TextField
        name="name"
        label="Name"
        hint="As it is on invoices."
        value={draft.name}
        onChange={({ target }) => set({ name: target.value })}
      />
      <TokensField
        name="tags"
        label="Tags"
        isOptional
        hint="Overrides, commits and composites find products by them."
        values={draft.tags}
        onChange={(tags) => set({ tags })}
      />
      {type === 'USAGE' && <UsageFields draft={draft} set={set} />}
      {type === 'COMPOSITE' && <CompositeFields draft={draft} set={set} />}
    </>
  )
}

function UsageFields({ draft, set }: FieldsProps) {
  const metric = useMetric(draft.metricId)
  const keys = keysOf(metric)
  return (
    <>
      <MetricPicker
        name="billable_metric_id"
        label="Billable metric"
        value={draft.metricId}
        onChange={(metricId) => set({ metricId })}
      />
      <TokensField
        name="pricing_group_key"
        label="Priced by"
        isOptional
        hint="Properties whose values have rates of their own."
        values={draft.pricingKey}
        onChange={(pricingKey) => set({ pricingKey })}
        suggestions={keys}
        placeholder={keys.join(', ')}
      />
      <TokensField
        name="presentation_group_key"
        label="Shown by"
        isOptional
        hint="Properties whose values have invoice lines of their own."
        values={draft.presentationKey}
        onChange={(presentationKey) => set({ presentationKey })}
        suggestions={keys}
        placeholder={keys.join(', ')}
      />
      {metric?.sql !== undefined && (
        <SelectField
          name="sql_breakdown_granularity"
          label="Quantity is incurred"
          value={draft.granularity}
          choices={GRANULARITIES}
          onChange={(granularity) => set({ granularity })}
        />
      )}
      <QuantityFields draft={draft} set={set} />
    </>
  )
}

const GRANULARITIES = [
  { value: '', label: 'As it is by default' },
  { value: 'SERVICE_PERIOD', label: 'At the end of the period' },
  { value: 'HOUR', label: 'Hour by hour, as it grows' },
]

function keysOf(metric: Metric | undefined): string[] {
  return metric?.columns ?? [...new Set(metric?.group_keys?.flat() ?? [])]
}

function CompositeFields({ draft, set }: FieldsProps) {
  const { compositeIds: ids } = draft
  const chosen = useProducts(ids)
  const nameOf = (id: string) => chosen.data?.find((each) => each.id === id)?.current.name ?? '…'
  return (
    <>
      <div className="field">
        <ProductPicker
          name="composite_product_ids"
          label="Share of these products"
          types={PRICED_TYPES}
          value=""
          onChange={(id) => {
            if (id !== '' && !ids.includes(id)) set({ compositeIds: [...ids, id] })
          }}
        />
        {ids.length > 0 && (
          <ul className="chosen" aria-label="Products that count">
            {ids.map((id) => (
              <li key={id} className="token">
                {nameOf(id)}
                <button
                  type="button"
                  aria-label={`Remove ${nameOf(id)}`}
                  onClick={() => set({ compositeIds: ids.filter((each) => each !== id) })}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <TokensField
        name="composite_tags"
        label="And of products with these tags"
        isOptional
        values={draft.compositeTags}
        onChange={(compositeTags) => set({ compositeTags })}
      />
      <CheckField
        label="Leave out usage that costs nothing"
        checked={draft.isFreeExcluded}
        onChange={({ target }) => set({ isFreeExcluded: target.checked })}
      />
      <CheckField
        label="Count what other composites cost, too"
        checked={draft.isCompositeIncluded}
        onChange={({ target }) => set({ isCompositeIncluded: target.checked })}
      />
    </>
  )
}
