import { useQuery } from '@tanstack/react-query'
import type { Contract } from '../../api/answers.ts'
import { post } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { useNow } from '../../api/use-clock.ts'
import { seatsAt, type SeatSpan } from './seat-update.ts'
import type { Subscription } from './term-text.ts'

/** So many changes of seats are read at most: pages of ten. */
const PAGES_MAX = 50

/** The seats of a subscription: who has them now, and how that has changed. */
export function useSeats(contract: Contract, subscription: Subscription) {
  const { id } = useEnvironment()
  const now = useNow()
  const isSeated = subscription.quantity_management_mode === 'SEAT_BASED'
  const query = useQuery({
    queryKey: [id, 'seats', subscription.id],
    queryFn: () => readSpans(contract, subscription),
    enabled: isSeated,
  })
  const spans = query.data
  const data =
    spans === undefined || now === undefined
      ? undefined
      : { spans, now: seatsAt(spans, now.toISOString()) }
  return { data, error: query.error, refetch: query.refetch }
}

async function readSpans(
  { id, customer_id }: Contract,
  subscription: Subscription,
): Promise<SeatSpan[]> {
  const spans: SeatSpan[] = []
  let cursor: string | null = null
  for (let i = 0; i < PAGES_MAX; i += 1) {
    const page: { data: SeatSpan[]; next_page: string | null } = await post(
      '/v1/contracts/getSubscriptionSeatsHistory',
      { customer_id, contract_id: id, subscription_id: subscription.id, cursor },
    )
    spans.push(...page.data)
    cursor = page.next_page
    if (cursor === null) break
  }
  return spans
}
