import { useSearchParams } from 'wouter'
import type { Step } from './contract-draft.ts'

/** Which step of the wizard is shown, by the address: the browser's Back goes a step back. */
export function useStep(steps: readonly Step[]): [Step, (step: Step) => void] {
  const [search, setSearch] = useSearchParams()
  const asked = search.get('step')
  const step = steps.find((each) => each === asked) ?? 'pricing'
  const set = (next: Step) =>
    setSearch((before) => {
      const after = new URLSearchParams(before)
      after.set('step', next)
      return after
    })
  return [step, set]
}
