import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { post } from './request.ts'
import { useEnvironment } from './session.ts'
import { useAnnounce } from '../components/announcer.tsx'

interface Action<Answer> {
  path: string
  /** Said to the reader when it is done. */
  done: string
  onSuccess?: (answer: Answer) => void
}

/**
 * Changes something by POST. Everything that was read of the environment is read again afterwards:
 * a change of one thing often shows in another.
 */
export function useAction<Body, Answer = unknown>({
  path,
  done,
  onSuccess,
}: Action<Answer>): UseMutationResult<Answer, Error, Body> {
  const client = useQueryClient()
  const { id } = useEnvironment()
  const announce = useAnnounce()
  return useMutation({
    mutationFn: (body: Body) => post<Answer>(path, body),
    onSuccess: (answer) => {
      announce(done)
      onSuccess?.(answer)
      void client.invalidateQueries({ queryKey: [id] })
    },
  })
}
