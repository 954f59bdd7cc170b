import type { Invoice } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'

const DRAFT_MS = 5_000

/** An invoice; a draft is read again and again, since usage moves it. */
export function useLiveInvoice(customerId: string, invoiceId: string) {
  const path = `/v1/customers/${customerId}/invoices/${invoiceId}`
  const first = useAnswer<Invoice>({ path })
  const isDraft = first.data?.status === 'DRAFT'
  const again = useAnswer<Invoice>({ path, refetchInterval: DRAFT_MS, enabled: isDraft })
  const { data, error, refetch } = isDraft ? again : first
  return { data, error, refetch, isLive: isDraft }
}
