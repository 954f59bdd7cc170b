import { useQuery } from '@tanstack/react-query'
import type { Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll, type ListQuestion } from '../../api/use-pages.ts'
import type { CreditType, Product } from './answers.ts'

/** As many pages of a catalogue are read so that its things can be chosen by name. */
const PAGES_MAX = 10

function useAll<Row>(question: ListQuestion) {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'all', question],
    queryFn: ({ signal }) =>
      readAll<Row>({ ...question, limit: 100 }, { pagesMax: PAGES_MAX, signal }),
  })
}

export function useMetrics() {
  return useAll<Metric>({ path: '/v1/billable-metrics', query: { include_archived: true } })
}

export function useProducts() {
  const body = { archive_filter: 'ALL' }
  return useAll<Product>({ path: '/v1/contract-pricing/products/list', body })
}

/** Currencies, then custom pricing units. */
export function useCreditTypes() {
  return useAll<CreditType>({ path: '/v1/credit-types/list' })
}
