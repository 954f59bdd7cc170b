import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'

/** All metrics that are in use. */
export function useMetrics(): UseQueryResult<Metric[]> {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'all metrics'],
    queryFn: ({ signal }) => readAll<Metric>({ path: '/v1/billable-metrics' }, { signal }),
  })
}
