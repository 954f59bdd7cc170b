import { useEffect, useRef } from 'react'
import type { Step } from './contract-draft.ts'

const LABELS: Record<Step, string> = {
  pricing: 'Pricing',
  billing: 'Dates and billing',
  terms: 'Terms',
  review: 'Review',
}

interface Props {
  steps: readonly Step[]
  current: Step
  onStep: (step: Step) => void
}

/** Where one is among the steps; each can be gone to at any time. */
export function StepList({ steps, current, onStep }: Props) {
  return (
    <ol className="steps" aria-label="Steps">
      {steps.map((step, i) => (
        <li key={step}>
          <button
            type="button"
            className="step"
            onClick={() => onStep(step)}
            {...(step === current && { 'aria-current': 'step' as const })}
          >
            <span className="step-number">{i + 1}</span>
            {LABELS[step]}
          </button>
        </li>
      ))}
    </ol>
  )
}

/** Says which step has come, and takes the focus there, so that one reads on from its start. */
export function StepHeading({ step }: { step: Step }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef(step)
  useEffect(() => {
    if (before.current !== step) heading.current?.focus()
    before.current = step
  }, [step])
  return (
    <h2 ref={heading} className="hidden" tabIndex={-1}>
      {LABELS[step]}
    </h2>
  )
}
