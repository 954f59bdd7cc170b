import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { ApiError, request } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import type { SentEvent } from './test-event.ts'

/** What became of an event that was sent, and what it matched. */
export interface Receipt {
  transaction_id: string
  status: 'accepted' | 'duplicate' | 'rejected'
  customer: { id: string; name: string } | null
  matched_billable_metrics: { id: string; name: string }[]
  unmatched_billable_metrics: { id: string; name: string; reason: string }[]
  message?: string
}

/** Sends one event as any system does, and asks what became of it. */
export function useSendEvent(): UseMutationResult<Receipt, Error, SentEvent> {
  const client = useQueryClient()
  const { id } = useEnvironment()
  return useMutation({
    mutationFn: async (event: SentEvent) => {
      const prefer = 'return=representation, handling=strict'
      const answer = await request<{ data: { receipts: Receipt[] } }>('POST', '/v1/ingest', {
        body: [event],
        prefer,
      }).catch((error: unknown) => {
        throw reasonOf(error)
      })
      return answer.data.receipts[0]!
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: [id] }),
  })
}

/** Of a batch of one, what is wrong with the event says more than what is wrong with the batch. */
function reasonOf(error: unknown): Error {
  if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error))
  const errors = error.body['errors'] as { message: string }[] | undefined
  // `events[0].timestamp must be …` becomes the sentence of a field, as other refusals have it.
  const message = errors?.[0]?.message.replace(/^events\[0\]\.?(\w*)/, '$1:')
  return message === undefined ? error : new ApiError(error.status, { ...error.body, message })
}
