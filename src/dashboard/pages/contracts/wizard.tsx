import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import type { Step } from './contract-draft.ts'
import { StepHeading, StepList } from './step-list.tsx'

interface Props {
  steps: readonly Step[]
  step: Step
  onStep: (step: Step) => void
  /** What was put together before, which may be begun anew. */
  kept: { isRestored: boolean; startOver: () => void }
  creation: {
    error: Error | null
    isPending: boolean
    mutate: (body: object, options: { onError: (error: Error) => void }) => void
  }
  body: object
  /** What the last button says. */
  action: string
  mayCreate?: boolean
  /** Which step has the field that a refusal names, if any has. */
  stepOf: (message: string) => Step | null
  children: ReactNode
}

/** Steps after each other, the last of which creates what was put together. */
export function Wizard({ steps, step, onStep, kept, creation, body, ...rest }: Props) {
  const { action, mayCreate = true, stepOf, children } = rest
  const at = steps.indexOf(step)
  const next = steps[at + 1]
  const submit = () => {
    if (next !== undefined) {
      onStep(next)
      window.scrollTo({ top: 0 })
      return
    }
    creation.mutate(body, {
      onError: ({ message }) => {
        onStep(stepOf(message) ?? 'review')
        requestAnimationFrame(focusFirstError)
      },
    })
  }
  return (
    <Form error={creation.error} onSubmit={submit} className="wizard">
      <StepList steps={steps} current={step} onStep={onStep} />
      <StepHeading step={step} />
      {kept.isRestored && (
        <p className="callout wizard-kept">
          This is what you had put together before.
          <Button onClick={kept.startOver}>Start over</Button>
        </p>
      )}
      {children}
      <footer className="wizard-foot">
        {at > 0 && <Button onClick={() => onStep(steps[at - 1] ?? 'pricing')}>Back</Button>}
        <Button
          type="submit"
          kind="primary"
          disabled={next === undefined && !mayCreate}
          isBusy={creation.isPending}
        >
          {next === undefined ? action : 'Continue'}
        </Button>
      </footer>
    </Form>
  )
}

function focusFirstError(): void {
  document.querySelector<HTMLElement>('.wizard [aria-invalid=true]')?.focus()
}
