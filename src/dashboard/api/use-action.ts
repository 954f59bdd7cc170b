import { useRef } from 'react'
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { attemptAt, isUnanswered, type Attempt } from './attempt.ts'
import { request } from './request.ts'
import { useEnvironment } from './session.ts'
import { useAnnounce } from '../components/announcer.tsx'

interface Action<Answer> {
  path: string
  /** POST, if nothing is said. */
  method?: 'POST' | 'PUT'
  /** Said to the reader when it is done. */
  done: string
  onSuccess?: (answer: Answer) => void
}

/**
 * Changes something. Everything that was read of the environment is read again afterwards:
 * a change of one thing often shows in another. Sent again because no answer came, it is not done
 * twice.
 */
export function useAction<Body, Answer = unknown>({
  path,
  method = 'POST',
  done,
  onSuccess,
}: Action<Answer>): UseMutationResult<Answer, Error, Body> {
  const client = useQueryClient()
  const { id } = useEnvironment()
  const announce = useAnnounce()
  const attempt = useRef<Attempt | null>(null)
  return useMutation({
    mutationFn: async (body: Body) => {
      const { key } = (attempt.current = attemptAt(
        `${path} ${JSON.stringify(body)}`,
        attempt.current,
      ))
      try {
        const answer = await request<Answer>(method, path, { body, idempotencyKey: key })
        attempt.current = null
        return answer
      } catch (error) {
        if (!isUnanswered(error)) attempt.current = null
        throw error
      }
    },
    onSuccess: (answer) => {
      announce(done)
      onSuccess?.(answer)
      void client.invalidateQueries({ queryKey: [id] })
    },
  })
}
