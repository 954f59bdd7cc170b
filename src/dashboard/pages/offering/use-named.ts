import { useQueries, useQuery } from '@tanstack/react-query'
import type { Metric } from '../../api/answers.ts'
import { get } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll, type ListQuestion } from '../../api/use-pages.ts'
import type { CreditType, Product } from './answers.ts'

/** As many pages of a list are read so that its things are known by name. */
const PAGES_MAX = 10

function useAll<Row>(question: ListQuestion, enabled = true) {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'all', question],
    queryFn: ({ signal }) =>
      readAll<Row>({ ...question, limit: 100 }, { pagesMax: PAGES_MAX, signal }),
    enabled,
  })
}

/** Products by their ids, archived ones included. */
export function useProducts(ids: readonly string[]) {
  const wanted = [...new Set(ids)].sort()
  const body = { archive_filter: 'ALL', ids: wanted }
  const path = '/v1/contract-pricing/products/list'
  return useAll<Product>({ path, body }, wanted.length > 0)
}

/** Metrics by their ids: of one product, which has few in all its life. */
export function useMetrics(ids: readonly string[]): Metric[] {
  const { id: environmentId } = useEnvironment()
  const answers = useQueries({
    queries: [...new Set(ids)].map((id) => ({
      queryKey: [environmentId, 'metric', id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<{ data: Metric }>(`/v1/billable-metrics/${id}`, {}, signal),
    })),
  })
  return answers.flatMap(({ data }) => data?.data ?? [])
}

/** Currencies, then custom pricing units. */
export function useCreditTypes() {
  return useAll<CreditType>({ path: '/v1/credit-types/list' })
}
