import { useState } from 'react'
import { Link } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { DateFilter, FilterBar, SearchFilter, useFilter } from '../../components/filters.tsx'
import { toInstant } from '../../components/inputs.tsx'
import { Section } from '../../components/page.tsx'
import { Answered, Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import type { RateCard, ScheduledRate } from '../offering/answers.ts'
import { AddRate, type RatePlace } from './add-rate.tsx'
import {
  layOutRates,
  rateAt,
  type MatrixRow,
  type RateMatrix,
  type RateSpans,
} from './rate-matrix.ts'
import { PasteRates } from './paste-rates.tsx'
import { RateHistory } from './rate-history.tsx'
import { ShortPrice } from './rate-price.tsx'
import { useRates } from './use-rates.ts'

/** The prices of a card at an instant, a matrix for each product. */
export function CardRates({ card }: { card: RateCard }) {
  const { scope } = useEnvironment()
  const now = useNow()
  const rates = useRates(card.id)
  const [day, setDay] = useFilter('at')
  const [text, setText] = useFilter('search')
  const [shown, setShown] = useState<{ matrix: RateMatrix; spans: RateSpans } | null>(null)
  const [adding, setAdding] = useState<RatePlace | null>(null)
  const at = Date.parse(toInstant(day) ?? now?.toISOString() ?? '')
  const mayWrite = scope === 'full'
  const add = mayWrite && <AddActions card={card} rates={rates.data ?? []} onAdd={setAdding} />
  return (
    <>
      <div className="bar-with-action">
        <FilterBar>
          <SearchFilter label="Search products" value={text} onChange={setText} size="small" />
          <DateFilter label="Prices on" value={day} onChange={setDay} />
        </FilterBar>
        {add}
      </div>
      <Answered query={rates}>
        {(all) => {
          const wanted = text.toLowerCase()
          const matrices = layOutRates(inOrder(all, card.product_order)).filter(({ productName }) =>
            productName.toLowerCase().includes(wanted),
          )
          if (matrices.length === 0) {
            return (
              <Empty title={all.length === 0 ? 'No rates yet' : 'No product found'} action={add}>
                A rate prices a product from an hour on.
              </Empty>
            )
          }
          return (
            <Matrices
              matrices={matrices}
              at={at}
              onShow={(matrix, spans) => setShown({ matrix, spans })}
            />
          )
        }}
      </Answered>
      {shown !== null && (
        <RateHistory
          name={shown.matrix.productName}
          spans={shown.spans}
          now={now}
          onClose={() => setShown(null)}
          onAdd={
            mayWrite
              ? (like, isEntitled) => {
                  setShown(null)
                  const { values } = shown.spans
                  setAdding({ productId: shown.matrix.productId, values, like, isEntitled })
                }
              : null
          }
        />
      )}
      {adding !== null && (
        <AddRate
          card={card}
          place={adding}
          rates={rates.data ?? []}
          onClose={() => setAdding(null)}
        />
      )}
    </>
  )
}

interface ActionsProps {
  card: RateCard
  rates: readonly ScheduledRate[]
  onAdd: (place: RatePlace) => void
}

function AddActions({ card, rates, onAdd }: ActionsProps) {
  const [isPasting, setIsPasting] = useState(false)
  return (
    <div className="actions">
      <Button onClick={() => setIsPasting(true)}>Paste prices…</Button>
      <Button kind="primary" onClick={() => onAdd({})}>
        Add rate
      </Button>
      {isPasting && <PasteRates card={card} rates={rates} onClose={() => setIsPasting(false)} />}
    </div>
  )
}

/** Products as invoices list them. */
function inOrder(rates: readonly ScheduledRate[], order: readonly string[] = []) {
  const place = new Map(order.map((id, i) => [id, i]))
  return rates.toSorted(
    (a, b) => (place.get(a.product_id) ?? Infinity) - (place.get(b.product_id) ?? Infinity),
  )
}

/** A product with one price at a time. */
function isPlain({ rowNames, rows }: RateMatrix): boolean {
  return rowNames.length === 0 && rows.length === 1
}

interface MatricesProps {
  matrices: RateMatrix[]
  at: number
  onShow: (matrix: RateMatrix, spans: RateSpans) => void
}

function Matrices({ matrices, at, onShow }: MatricesProps) {
  return (
    <>
      <PlainRates matrices={matrices.filter(isPlain)} at={at} onShow={onShow} />
      {matrices
        .filter((matrix) => !isPlain(matrix))
        .map((matrix) => (
          <ProductRates
            key={matrix.productId}
            matrix={matrix}
            at={at}
            onShow={(spans) => onShow(matrix, spans)}
          />
        ))}
    </>
  )
}

function PlainRates({ matrices, at, onShow }: MatricesProps) {
  const columns: Column<RateMatrix>[] = [
    {
      key: 'product',
      header: 'Product',
      cell: ({ productId, productName }) => (
        <Link href={`/offering/products/${productId}`}>{productName}</Link>
      ),
    },
    {
      key: 'billed',
      header: <span className="hidden">Billed</span>,
      cell: ({ rows }) => <span className="muted">{rows[0]?.frequency?.toLowerCase()}</span>,
    },
    {
      key: 'price',
      header: 'Price',
      align: 'right',
      cell: (matrix) => (
        <RateCell
          spans={matrix.rows[0]?.cells[0]}
          at={at}
          onShow={(spans) => onShow(matrix, spans)}
        />
      ),
    },
  ]
  if (matrices.length === 0) return null
  return (
    <Table
      label="Products with one price"
      columns={columns}
      rows={matrices}
      rowKey={({ productId }) => productId}
    />
  )
}

interface ProductRatesProps {
  matrix: RateMatrix
  at: number
  onShow: (spans: RateSpans) => void
}

function ProductRates({ matrix, at, onShow }: ProductRatesProps) {
  const { productId, productName, rows } = matrix
  return (
    <Section
      title={productName}
      actions={<Link href={`/offering/products/${productId}`}>Product</Link>}
    >
      <Table
        label={`Rates of ${productName}`}
        columns={columnsOf(matrix, at, onShow)}
        rows={rows}
        rowKey={({ key }) => key}
      />
    </Section>
  )
}

function columnsOf(
  { rowNames, columnName, columns, rows }: RateMatrix,
  at: number,
  onShow: (spans: RateSpans) => void,
): Column<MatrixRow>[] {
  const hasFrequencies = rows.some(({ frequency }) => frequency !== undefined)
  return [
    ...rowNames.map((name, i) => ({
      key: `row ${name}`,
      header: name,
      cell: ({ values }: MatrixRow) => <strong>{values[i]}</strong>,
    })),
    ...(hasFrequencies
      ? [
          {
            key: 'frequency',
            header: 'Billed',
            cell: ({ frequency }: MatrixRow) => frequency?.toLowerCase() ?? '',
          },
        ]
      : []),
    ...columns.map((column, i) => ({
      key: `column ${column}`,
      header:
        columnName === null ? (
          'Price'
        ) : (
          <>
            <span className="muted">{columnName}</span> {column}
          </>
        ),
      align: rowNames.length === 0 && !hasFrequencies ? ('left' as const) : ('right' as const),
      cell: ({ cells }: MatrixRow) => <RateCell spans={cells[i]} at={at} onShow={onShow} />,
    })),
  ]
}

interface RateCellProps {
  spans: RateSpans | undefined
  at: number
  onShow: (spans: RateSpans) => void
}

function RateCell({ spans, at, onShow }: RateCellProps) {
  if (spans === undefined) return <span className="muted">–</span>
  const rate = rateAt(spans, at)
  const later = spans.rates.filter(({ starting_at }) => Date.parse(starting_at) > at).length
  return (
    <button type="button" className="rate-cell" onClick={() => onShow(spans)}>
      {rate === undefined ? (
        <span className="muted">None then</span>
      ) : (
        <ShortPrice rate={rate.rate} />
      )}
      {rate?.entitled === false && <span className="muted"> · not billed</span>}
      {later > 0 && <span className="rate-later"> · {later} later</span>}
    </button>
  )
}
