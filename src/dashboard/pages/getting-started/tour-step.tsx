import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { Badge } from '../../components/badge.tsx'
import { Button, ButtonLink } from '../../components/button.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Icon } from '../../components/icon.tsx'
import type { Progress } from './tour-progress.ts'
import { StepResult } from './step-result.tsx'
import { STEP_CODE } from './step-code.ts'
import type { Step } from './steps.ts'

interface Props {
  step: Step
  number: number
  following: Step | undefined
  progress: Progress
  isOpen: boolean
  /** It is the first that is left to do. */
  isNext: boolean
}

export const stepHref = (key: string) => `/getting-started/${key}`

export function TourStep({ step, number, following, progress, isOpen, isNext }: Props) {
  const isDone = step.isDone(progress)
  const state = isDone ? 'done' : isNext ? 'next' : 'later'
  return (
    <li className={`tour-step tour-${state}`} aria-current={isOpen ? 'step' : undefined}>
      <span className="tour-mark" aria-hidden="true">
        {isDone ? <Icon name="check" /> : number}
      </span>
      <div className="tour-body">
        <h2 className="tour-title">
          <Link href={stepHref(step.key)}>{step.title}</Link>
          {isDone && <Badge tone="good">Done</Badge>}
        </h2>
        {isOpen && (
          <div className="tour-open">
            <div className="tour-do">
              <p>{step.about}</p>
              <RunStep step={step} progress={progress} isDone={isDone} isNext={isNext} />
              {isDone && <StepResult stepKey={step.key} progress={progress} />}
              {isDone && following !== undefined && (
                <p>
                  <ButtonLink kind="primary" href={stepHref(following.key)}>
                    Next: {following.title.toLowerCase()}
                  </ButtonLink>
                </p>
              )}
            </div>
            <CodeBlock
              label={step.title.toLowerCase()}
              text={STEP_CODE[step.key]?.(progress) ?? ''}
            />
          </div>
        )}
      </div>
    </li>
  )
}

interface RunProps {
  step: Step
  progress: Progress
  isDone: boolean
  isNext: boolean
}

function RunStep({ step: { key, action, run }, progress, isDone, isNext }: RunProps) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const { id, kind, scope } = useEnvironment()
  const go = useMutation({
    // The step stays in sight with what it made.
    mutationFn: () => {
      navigate(stepHref(key), { replace: true })
      return run?.(progress) ?? Promise.resolve()
    },
    // A step that failed halfway has made something, too.
    onSettled: () => client.invalidateQueries({ queryKey: [id] }),
  })
  if (isDone) return null
  if (!isNext) return <p className="muted">The steps before this one come first.</p>
  const isWaiting = key === 'finalize' && !progress.isFrozen
  if (isWaiting || action === undefined) return <StepResult stepKey={key} progress={progress} />
  const isAllowed = kind === 'SANDBOX' && scope === 'full'
  return (
    <>
      <p>
        <Button
          kind="primary"
          disabled={!isAllowed}
          isBusy={go.isPending}
          onClick={() => go.mutate()}
        >
          {action}
        </Button>
      </p>
      {!isAllowed && (
        <p className="muted">The buttons work in a sandbox, with a token of full scope.</p>
      )}
      {go.error && (
        <p className="form-error" role="alert">
          {go.error.message}
        </p>
      )}
    </>
  )
}
