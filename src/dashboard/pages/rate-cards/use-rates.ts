import { useQuery } from '@tanstack/react-query'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'
import type { ScheduledRate } from '../offering/answers.ts'

const PAGES_MAX = 50

/** All rates of a card, past and future. */
export function useRates(rateCardId: string) {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'rates', rateCardId],
    queryFn: ({ signal }) =>
      readAll<ScheduledRate>(
        {
          path: '/v1/contract-pricing/rate-cards/getRateSchedule',
          body: { rate_card_id: rateCardId, starting_at: '1970-01-01T00:00:00.000Z' },
          limit: 100,
        },
        { pagesMax: PAGES_MAX, signal },
      ),
  })
}
