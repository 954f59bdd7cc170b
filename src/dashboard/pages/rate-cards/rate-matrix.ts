import type { ScheduledRate } from '../offering/answers.ts'

/** The rates of one combination of values, or of none, in the course of time. */
export interface RateSpans {
  values: Record<string, string>
  frequency: string | undefined
  /** By start. */
  rates: ScheduledRate[]
}

/** The rates of a product, over the dimensions that they have. */
export interface RateMatrix {
  productId: string
  productName: string
  /** Dimensions of the rows; the last one, if there are two or more, is that of the columns. */
  rowNames: string[]
  columnName: string | null
  columns: string[]
  rows: MatrixRow[]
}

export interface MatrixRow {
  key: string
  values: string[]
  frequency: string | undefined
  /** One for each column; undefined where the card has no rate. */
  cells: (RateSpans | undefined)[]
}

/** Lays rates out, products in the order in which they come. */
export function layOutRates(rates: readonly ScheduledRate[]): RateMatrix[] {
  const byProduct = Map.groupBy(rates, ({ product_id }) => product_id)
  return [...byProduct.values()].map(layOutProduct)
}

function layOutProduct(rates: ScheduledRate[]): RateMatrix {
  const [first] = rates
  const spans = [...Map.groupBy(rates, spanKey).values()].map(toSpans)
  const names = [...new Set(spans.flatMap(({ values }) => Object.keys(values)))].sort()
  const columnName = names.length > 1 ? (names.at(-1) ?? null) : null
  const rowNames = columnName === null ? names : names.slice(0, -1)
  const columns =
    columnName === null ? [''] : [...new Set(spans.map(({ values }) => values[columnName] ?? ''))]
  const byRow = Map.groupBy(spans, ({ values, frequency }) =>
    JSON.stringify([rowNames.map((name) => values[name] ?? ''), frequency]),
  )
  return {
    productId: first?.product_id ?? '',
    productName: first?.product_name ?? '',
    rowNames,
    columnName,
    columns,
    rows: [...byRow].map(([key, members]) => ({
      key,
      values: rowNames.map((name) => members[0]?.values[name] ?? ''),
      frequency: members[0]?.frequency,
      cells: columns.map((column) =>
        members.find(({ values }) => columnName === null || (values[columnName] ?? '') === column),
      ),
    })),
  }
}

function spanKey({ pricing_group_values: values = {}, billing_frequency }: ScheduledRate): string {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([entries, billing_frequency])
}

function toSpans(rates: ScheduledRate[]): RateSpans {
  return {
    values: rates[0]?.pricing_group_values ?? {},
    frequency: rates[0]?.billing_frequency,
    rates: rates.toSorted((a, b) => Date.parse(a.starting_at) - Date.parse(b.starting_at)),
  }
}

/** The rate in force at an instant. */
export function rateAt({ rates }: RateSpans, at: number): ScheduledRate | undefined {
  return rates.find(({ starting_at, ending_before }) => {
    const end = ending_before === undefined ? Infinity : Date.parse(ending_before)
    return Date.parse(starting_at) <= at && at < end
  })
}
