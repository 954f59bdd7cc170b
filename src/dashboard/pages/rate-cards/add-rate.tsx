import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { CheckField, InstantField, SelectField, TextField } from '../../components/inputs.tsx'
import { unitName } from '../../format/money.ts'
import type { RateCard, ScheduledRate } from '../offering/answers.ts'
import { PRICED_TYPES, ProductPicker } from '../offering/pickers.tsx'
import { nextHour } from '../offering/next-hour.ts'
import { PriceFields } from './price-fields.tsx'
import { EMPTY_PRICE, type PriceDraft } from './rate-draft.ts'
import { useRateForm, type RateForm } from './use-rate-form.ts'

/** Where a rate goes, so far as that is known already. */
export interface RatePlace {
  productId?: string
  values?: Record<string, string>
  /** What it begins with. */
  like?: ScheduledRate | undefined
  isEntitled?: boolean
}

interface Props {
  card: RateCard
  place: RatePlace
  /** All that the card has. */
  rates: readonly ScheduledRate[]
  onClose: () => void
}

/** Prices a product on a card from an hour on. */
export function AddRate({ card, place, rates, onClose }: Props) {
  const form = useRateForm(card, place, rates)
  const { productId, product, units, unit } = form
  const add = useAction<Record<string, unknown>>({
    path: '/v1/contract-pricing/rate-cards/addRate',
    done: 'The rate is added',
    onSuccess: onClose,
  })
  return (
    <Dialog
      title={place.isEntitled === false ? 'Stop billing' : 'Add a rate'}
      size="medium"
      onClose={onClose}
    >
      <Form error={add.error} onSubmit={(textOf) => add.mutate(form.toBody(textOf))}>
        <ProductPicker
          name="product_id"
          label="Product"
          types={PRICED_TYPES}
          value={productId}
          onChange={form.setProductId}
        />
        {place.isEntitled === false && (
          <p className="callout">
            A rate never ends by itself: from the hour below on, the same price holds and is not
            billed, unless a contract says so.
          </p>
        )}
        <PlaceFields form={form} values={place.values ?? {}} />
        {units.length > 1 && (
          <SelectField
            name="credit_type_id"
            label="Unit of the price"
            value={unit.id}
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
  const { product, isPeriodic } = form
  return (
    <>
      {isPeriodic && (
        <SelectField
          name="billing_frequency"
          label="Billed"
          choices={FREQUENCIES}
          defaultValue={form.frequency}
        />
      )}
      {product?.type === 'USAGE' && <CommitRateFields form={form} />}
      <CheckField
        label="Billed to every contract on the card"
        checked={form.isEntitled}
        onChange={({ target }) => form.setIsEntitled(target.checked)}
      />
    </>
  )
}

/** What usage costs where a commit with a rate of its own pays. */
function CommitRateFields({ form: { commit, setCommit, unit } }: { form: RateForm }) {
  const set = (part: Partial<PriceDraft>) => setCommit({ ...(commit ?? EMPTY_PRICE), ...part })
  return (
    <fieldset className="part">
      <CheckField
        label="Another price where a commit with a rate of its own pays"
        checked={commit !== null}
        onChange={({ target }) => setCommit(target.checked ? EMPTY_PRICE : null)}
      />
      {commit !== null && (
        <PriceFields draft={commit} set={set} type="USAGE" unit={unit} prefix="commit_rate." />
      )}
    </fieldset>
  )
}
