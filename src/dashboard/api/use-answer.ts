import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { get, request, type Query } from './request.ts'
import { useEnvironment } from './session.ts'

interface Question<Data> {
  path: string
  query?: Query
  /** Given for what is read by POST. */
  body?: unknown
  /** Milliseconds after which it is read again, which what was read may decide. */
  refetchInterval?: number | false | ((data: Data | undefined) => number | false)
  enabled?: boolean
}

/** Reads one thing of the API: the `data` of its answer. */
export function useAnswer<Data>({
  path,
  query,
  body,
  refetchInterval = false,
  enabled = true,
}: Question<Data>): UseQueryResult<Data> {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'answer', path, query, body],
    queryFn: async ({ signal }) => {
      const options = { ...(query && { query }), body, signal }
      const answer =
        body === undefined
          ? await get<{ data: Data }>(path, query, signal)
          : await request<{ data: Data }>('POST', path, options)
      return answer.data
    },
    refetchInterval:
      typeof refetchInterval === 'function'
        ? ({ state }) => refetchInterval(state.data)
        : refetchInterval,
    enabled,
  })
}
