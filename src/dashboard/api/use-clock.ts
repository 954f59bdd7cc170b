import type { Environment } from './answers.ts'
import { useAnswer } from './use-answer.ts'

/** The environment with its settings; a sandbox may have a clock that stands still. */
export function useSettings() {
  return useAnswer<Environment>({ path: '/v1/environment' })
}

/** What time it is in the environment; undefined until that is known. */
export function useNow(): Date | undefined {
  const { data } = useSettings()
  return data && new Date(data.now)
}
