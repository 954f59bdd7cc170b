import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import {
  CheckField,
  DecimalField,
  InstantField,
  SelectField,
  TextField,
} from '../../components/inputs.tsx'
import { unitName } from '../../format/money.ts'
import type { RateCard } from '../offering/answers.ts'
import { PRICED_TYPES, ProductPicker } from '../offering/pickers.tsx'
import { nextHour } from '../offering/next-hour.ts'
import { priceHint, PriceFields, unitLabel } from './price-fields.tsx'
import { useRateForm, type RateForm } from './use-rate-form.ts'

/** Where a rate goes, so far as that is known already. */
export interface RatePlace {
  productId?: string
  values?: Record<string, string>
}

interface Props {
  card: RateCard
  place: RatePlace
  onClose: () => void
}

/** Prices a product on a card from an hour on. */
export function AddRate({ card, place, onClose }: Props) {
  const form = useRateForm(card, place)
  const { productId, product, units, unit } = form
  const add = useAction<Record<string, unknown>>({
    path: '/v1/contract-pricing/rate-cards/addRate',
    done: 'The rate is added',
    onSuccess: onClose,
  })
  return (
    <Dialog title="Add a rate" size="medium" onClose={onClose}>
      <Form error={add.error} onSubmit={(textOf) => add.mutate(form.toBody(textOf))}>
        <ProductPicker
          name="product_id"
          label="Product"
          types={PRICED_TYPES}
          value={productId}
          onChange={form.setProductId}
        />
        <PlaceFields form={form} values={place.values ?? {}} />
        {units.length > 1 && (
          <SelectField
            name="credit_type_id"
            label="Unit of the price"
            value={form.unitId}
            choices={units.map((each) => ({ value: each.id, label: unitName(each) }))}
            onChange={form.setUnitId}
          />
        )}
        <PriceFields draft={form.price} set={form.setPrice} type={product?.type} unit={unit} />
        <TermFields form={form} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={productId === ''} isBusy={add.isPending}>
            Add rate
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

interface PlaceProps {
  form: RateForm
  values: Record<string, string>
}

function PlaceFields({ form: { names }, values }: PlaceProps) {
  const now = useNow()
  return (
    <>
      {names.length > 0 && (
        <div className="filter-row">
          {names.map((name) => (
            <TextField
              key={name}
              name={`pricing_group_values.${name}`}
              label={name}
              defaultValue={values[name]}
            />
          ))}
        </div>
      )}
      <div className="filter-row">
        <InstantField
          key={String(now === undefined)}
          name="starting_at"
          label="From"
          step={3_600}
          defaultValue={now && nextHour(now)}
          hint="In UTC, on the hour."
        />
        <InstantField name="ending_before" label="Until" step={3_600} isOptional />
      </div>
    </>
  )
}

const FREQUENCIES = [
  { value: 'MONTHLY', label: 'Every month' },
  { value: 'QUARTERLY', label: 'Every quarter' },
  { value: 'ANNUAL', label: 'Every year' },
  { value: 'WEEKLY', label: 'Every week' },
]

function TermFields({ form }: { form: RateForm }) {
  const { product, unit, isPeriodic, commitPrice } = form
  return (
    <>
      {isPeriodic && (
        <SelectField
          name="billing_frequency"
          label="Billed"
          choices={FREQUENCIES}
          defaultValue="MONTHLY"
        />
      )}
      {product?.type === 'USAGE' && (
        <DecimalField
          name="commit_rate.price"
          label={`Commit rate in ${unitLabel(unit)}`}
          isOptional
          hint={
            commitPrice === ''
              ? 'The price where a commit with a rate of its own pays.'
              : priceHint(commitPrice, unit)
          }
          value={commitPrice}
          onChange={({ target }) => form.setCommitPrice(target.value.trim())}
        />
      )}
      <CheckField
        label="Billed to every contract on the card"
        checked={form.isEntitled}
        onChange={({ target }) => form.setIsEntitled(target.checked)}
      />
    </>
  )
}
