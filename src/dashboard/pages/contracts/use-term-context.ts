import { DOLLARS, type TermContext } from './term.ts'
import { useCreditTypes, useProducts, useRateCards } from './use-offering.ts'

interface Given {
  rateCardId?: string | undefined
  start: string
  end: string
}

/** What the fields of terms start from; undefined until it is read. */
export function useTermContext({ rateCardId, start, end }: Given): {
  data: TermContext | undefined
  error: Error | null
  refetch: () => void
} {
  const products = useProducts()
  const units = useCreditTypes()
  const cards = useRateCards()
  const refetch = () => {
    for (const each of [products, units, cards]) void each.refetch()
  }
  const error = products.error ?? units.error ?? cards.error
  if (!products.data || !units.data || !cards.data) return { data: undefined, error, refetch }
  const card = cards.data.find(({ id }) => id === rateCardId)
  const data: TermContext = {
    currency: card?.fiat_credit_type ?? DOLLARS,
    units: units.data.filter(({ is_currency }) => !is_currency),
    products: products.data.filter(({ archived_at }) => archived_at === null),
    start,
    end,
  }
  return { data, error: null, refetch }
}
