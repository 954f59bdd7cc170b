import { useState } from 'react'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Amount } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { InstantField, SelectField, TextAreaField, toInstant } from '../../components/inputs.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { unitName, type Unit } from '../../format/money.ts'
import type { RateCard, ScheduledRate } from '../offering/answers.ts'
import { nextHour } from '../offering/next-hour.ts'
import { ProductPicker, useProduct } from '../offering/pickers.tsx'
import { toNumber } from '../products/draft.ts'
import { parseMatrix, type PastedMatrix, type PastedRate } from './parse-matrix.ts'
import { unitLabel } from './price-fields.tsx'
import { layOutRates, rateAt } from './rate-matrix.ts'
import { ShortPrice } from './rate-price.tsx'
import { unitsFor } from './use-rate-form.ts'

interface Props {
  card: RateCard
  /** All that the card has. */
  rates: readonly ScheduledRate[]
  onClose: () => void
}

/** Prices many values of a product's dimensions at once, from a table that is pasted. */
export function PasteRates({ card, rates, onClose }: Props) {
  const now = useNow()
  const [productId, setProductId] = useState('')
  const [askedUnitId, setUnitId] = useState(card.fiat_credit_type.id)
  const [text, setText] = useState('')
  const product = useProduct(productId)
  const names = product?.current.pricing_group_key ?? []
  const units = unitsFor(card, rates, productId)
  const unit = units.find(({ id }) => id === askedUnitId) ?? units[0]
  const pasted = parseMatrix(text, names)
  const add = useAction<Record<string, unknown>>({
    path: '/v1/contract-pricing/rate-cards/addRates',
    done: `${pasted.rates.length} rates are added`,
    onSuccess: onClose,
  })
  const isReady = pasted.errors.length === 0 && pasted.rates.length > 0
  const submit = (textOf: (name: string) => string) => {
    const shared = {
      product_id: productId,
      starting_at: toInstant(textOf('starting_at')),
      ending_before: toInstant(textOf('ending_before')),
      entitled: true,
      credit_type_id: unit.id,
      rate_type: 'FLAT',
    }
    const sent = pasted.rates.map((rate) => ({ ...shared, ...rateBody(rate) }))
    add.mutate({ rate_card_id: card.id, rates: sent })
  }
  return (
    <Dialog title="Paste prices" size="large" onClose={onClose}>
      <Form error={add.error} onSubmit={submit}>
        <PlaceFields {...{ productId, setProductId, units, setUnitId }} unitId={unit.id} />
        {product !== undefined && names.length === 0 ? (
          <p className="callout">
            {product.current.name} is not priced by any dimension: it has one price at a time.
          </p>
        ) : (
          <TextAreaField
            name="rates"
            label={`Prices in ${unitLabel(unit)}`}
            rows={8}
            className="input code-input"
            disabled={product === undefined}
            value={text}
            onChange={({ target }) => setText(target.value)}
            placeholder={exampleOf(names)}
            hint="Copied from a spreadsheet, or comma-separated; a column commit_price may follow."
          />
        )}
        {text.trim() !== '' && names.length > 0 && (
          <Preview {...{ pasted, names, unit }} before={pricesNow(rates, productId, now)} />
        )}
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={!isReady} isBusy={add.isPending}>
            {isReady ? `Add ${pasted.rates.length} rates` : 'Add rates'}
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

interface PlaceProps {
  productId: string
  setProductId: (id: string) => void
  units: readonly (Unit & { id: string })[]
  unitId: string
  setUnitId: (id: string) => void
}

/** What all lines have in common. */
function PlaceFields({ productId, setProductId, units, unitId, setUnitId }: PlaceProps) {
  const now = useNow()
  return (
    <div className="filter-row">
      <ProductPicker
        name="product_id"
        label="Product"
        types={['USAGE']}
        value={productId}
        onChange={setProductId}
      />
      {units.length > 1 && (
        <SelectField
          name="credit_type_id"
          label="Unit of the prices"
          value={unitId}
          choices={units.map((each) => ({ value: each.id, label: unitName(each) }))}
          onChange={setUnitId}
        />
      )}
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
  )
}

function rateBody({ values, price, commitPrice }: PastedRate) {
  return {
    pricing_group_values: values,
    price: toNumber(price),
    ...(commitPrice !== undefined && {
      commit_rate: { rate_type: 'FLAT', price: toNumber(commitPrice) },
    }),
  }
}

function exampleOf(names: readonly string[]): string {
  if (names.length === 0) return 'Choose a product first.'
  return `${[...names, 'price'].join('\t')}\n${names.map((name) => `a ${name}`).join('\t')}\t0.5`
}

type PricesNow = ReadonlyMap<string, ScheduledRate>

/** The rates of a product that are in force, by the values that they are for. */
function pricesNow(
  rates: readonly ScheduledRate[],
  productId: string,
  now: Date | undefined,
): PricesNow {
  const [matrix] = layOutRates(rates.filter(({ product_id }) => product_id === productId))
  const spans = (matrix?.rows ?? []).flatMap(({ cells }) => cells.flatMap((cell) => cell ?? []))
  return new Map(
    spans.flatMap((span) => {
      const rate = now && rateAt(span, now.getTime())
      return rate === undefined ? [] : [[keyOf(span.values), rate] as const]
    }),
  )
}

function keyOf(values: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const ROWS_SHOWN = 50

interface PreviewProps {
  pasted: PastedMatrix
  names: readonly string[]
  unit: Unit
  before: PricesNow
}

/** What was understood, and what was not, line by line. */
function Preview({ pasted: { rates, errors }, names, unit, before }: PreviewProps) {
  const columns: Column<PastedRate>[] = [
    { key: 'line', header: 'Line', width: '4rem', cell: ({ line }) => line },
    ...names.map((name) => ({
      key: `of ${name}`,
      header: name,
      cell: ({ values }: PastedRate) => values[name],
    })),
    {
      key: 'now',
      header: 'Now',
      align: 'right',
      cell: ({ values }) => {
        const rate = before.get(keyOf(values))
        return rate === undefined ? <Badge tone="info">New</Badge> : <ShortPrice rate={rate.rate} />
      },
    },
    {
      key: 'price',
      header: 'Price',
      align: 'right',
      cell: ({ price }) => <Amount value={price} unit={unit} />,
    },
    ...(rates.some(({ commitPrice }) => commitPrice !== undefined)
      ? [
          {
            key: 'commit',
            header: 'Commit price',
            align: 'right' as const,
            cell: ({ commitPrice }: PastedRate) =>
              commitPrice !== undefined && <Amount value={commitPrice} unit={unit} />,
          },
        ]
      : []),
  ]
  return (
    <div className="stack" aria-live="polite">
      {errors.length > 0 && (
        <ul className="callout callout-warn" aria-label="Lines that are wrong">
          {errors.slice(0, ROWS_SHOWN).map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              <strong>Line {line}:</strong> {message}
            </li>
          ))}
          {errors.length > ROWS_SHOWN && <li>And {errors.length - ROWS_SHOWN} more.</li>}
        </ul>
      )}
      {rates.length > 0 && (
        <Table
          label="Prices that were understood"
          columns={columns}
          rows={rates.slice(0, ROWS_SHOWN)}
          rowKey={({ line }) => String(line)}
          {...(rates.length > ROWS_SHOWN && {
            footer: (
              <tr>
                <td colSpan={columns.length} className="muted">
                  And {rates.length - ROWS_SHOWN} more.
                </td>
              </tr>
            ),
          })}
        />
      )}
    </div>
  )
}
