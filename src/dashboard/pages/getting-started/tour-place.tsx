import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { enterNewSandbox } from '../../api/enter-sandbox.ts'
import { useEnvironment } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/page.tsx'
import { LoadDemo } from '../../demo/load-demo.tsx'
import type { Progress } from './tour-progress.ts'

/** Where the tour takes place, and what there is to see without taking it. */
export function TourPlace({ progress }: { progress: Progress | undefined }) {
  return (
    <div className="columns tour-choices">
      <Card className="tour-choice">
        <h2>Take the tour</h2>
        <Place progress={progress} />
      </Card>
      <Card className="tour-choice">
        <h2>Or look at a company that runs</h2>
        <LoadDemo />
      </Card>
    </div>
  )
}

function Place({ progress }: { progress: Progress | undefined }) {
  const { kind, name, scope } = useEnvironment()
  if (kind !== 'SANDBOX') {
    return (
      <p className="muted">
        This is production: switch to a sandbox to make the calls. The code works in both.
      </p>
    )
  }
  if (progress?.isFrozen !== false) {
    return (
      <p className="muted">
        Below, in the sandbox {name}. Its clock is its own, so that its invoice can be finalized at
        once.
      </p>
    )
  }
  return <NewSandbox mayCreate={scope === 'full'} />
}

function NewSandbox({ mayCreate }: { mayCreate: boolean }) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const enter = useMutation({
    mutationFn: async () => {
      navigate('/getting-started')
      await enterNewSandbox(client, { name: 'Tour', now: thisHour(new Date()) })
    },
  })
  return (
    <>
      <p className="muted">
        Best in a sandbox of its own: with a clock that you move, the month is over when you say so.
        Here, time is that of the world.
      </p>
      <div className="actions">
        <Button
          kind="primary"
          disabled={!mayCreate}
          isBusy={enter.isPending}
          onClick={() => enter.mutate()}
        >
          Start in a new sandbox
        </Button>
      </div>
      {enter.error && (
        <p className="form-error" role="alert">
          {enter.error.message}
        </p>
      )}
    </>
  )
}

function thisHour(now: Date): string {
  return `${now.toISOString().slice(0, 13)}:00:00.000Z`
}
