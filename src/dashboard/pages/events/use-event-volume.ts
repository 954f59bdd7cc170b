import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { EventVolume } from '../../api/answers.ts'
import { get } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { toVolumeQuery, type EventQuestion } from './event-question.ts'
import { chartEnd, type EventRange } from './ranges.ts'

const LIVE_MS = 5_000
/** While the server has not counted all of it yet. */
const COUNTING_MS = 500

/** How many events there are over a range; what has not ended yet is counted again and again. */
export function useEventVolume(
  question: EventQuestion,
  { range, now, isLive }: { range: EventRange; now: Date; isLive: boolean },
): UseQueryResult<EventVolume> {
  const { id } = useEnvironment()
  const query = { ...toVolumeQuery(question), window_size: range.windowSize }
  // Time goes on since the server said what time it is.
  const [readAt] = useState(() => performance.now() - now.getTime())
  return useQuery({
    queryKey: [id, 'event volume', query, range],
    queryFn: async ({ signal }) => {
      const end = chartEnd(range, performance.now() - readAt)
      const between = {
        starting_on: new Date(range.startMs).toISOString(),
        ending_before: new Date(end).toISOString(),
      }
      const path = '/v1/events/volume'
      return (await get<{ data: EventVolume }>(path, { ...query, ...between }, signal)).data
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (typeof state.data?.complete_from === 'string') return COUNTING_MS
      return isLive ? LIVE_MS : false
    },
  })
}
