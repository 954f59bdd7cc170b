import { useEffect, useState } from 'react'
import type { Invoice } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useLiveDrafts } from '../../api/use-live-drafts.ts'

const POLL_MS = 5_000

/** An invoice; of a draft every change as usage makes it, or else soon after. */
export function useLiveInvoice(customerId: string, invoiceId: string) {
  const [isFollowed, setIsFollowed] = useState(false)
  const read = useAnswer<Invoice>({
    path: `/v1/customers/${customerId}/invoices/${invoiceId}`,
    refetchInterval: (invoice) => !isFollowed && invoice?.status === 'DRAFT' && POLL_MS,
  })
  const { data, error, refetch } = read
  const isDraft = data?.status === 'DRAFT'
  const live = useLiveDrafts(customerId, isDraft)
  const draft = live?.invoices.find(({ id }) => id === invoiceId) as Invoice | undefined
  // A draft that is no longer among the drafts has become final.
  const isGone = live !== null && draft === undefined
  useEffect(() => setIsFollowed(live !== null), [live])
  useEffect(() => {
    if (isGone) void refetch()
  }, [isGone, refetch])
  return { data: draft ?? data, error, refetch, isLive: isDraft }
}
