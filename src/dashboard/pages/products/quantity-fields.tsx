import { DecimalField, SelectField, TextField } from '../../components/inputs.tsx'
import { OPERATIONS, ROUNDINGS } from './names.ts'
import type { FieldsProps } from './product-fields.tsx'

/** From the unit of the metric into the unit of the price, and then rounded. */
export function QuantityFields({ draft, set }: FieldsProps) {
  return (
    <>
      <div className="filter-row">
        <SelectField
          name="quantity_conversion.operation"
          label="Conversion"
          choices={OPERATIONS}
          value={draft.operation}
          onChange={(operation) => set({ operation })}
        />
        <DecimalField
          name="quantity_conversion.conversion_factor"
          label="Factor"
          isOptional
          placeholder="none"
          value={draft.factor}
          onChange={({ target }) => set({ factor: target.value.trim() })}
        />
        <TextField
          name="quantity_conversion.name"
          label="Named"
          isOptional
          placeholder="such as MB to GB"
          value={draft.unitName}
          onChange={({ target }) => set({ unitName: target.value })}
        />
      </div>
      <div className="filter-row">
        <SelectField
          name="quantity_rounding.rounding_method"
          label="Rounding of the quantity"
          choices={ROUNDINGS}
          value={draft.rounding}
          onChange={(rounding) => set({ rounding })}
        />
        {draft.rounding !== '' && (
          <DecimalField
            name="quantity_rounding.decimal_places"
            label="Decimals"
            value={draft.places}
            onChange={({ target }) => set({ places: target.value.trim() })}
          />
        )}
      </div>
    </>
  )
}
