import { useMutation, useQueryClient } from '@tanstack/react-query'
import { moveClock } from '../../api/move-clock.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAnnounce } from '../../components/announcer.tsx'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import { InstantField, toInstant } from '../../components/inputs.tsx'
import { Card } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'

export interface Clock {
  now: string
  frozen: boolean
}

const DAY_MS = 86_400_000

/** Moves a frozen clock forward. */
export function SandboxClock({ clock }: { clock: Clock }) {
  const client = useQueryClient()
  const announce = useAnnounce()
  const { id, scope } = useEnvironment()
  const advance = useMutation({
    mutationFn: moveClock,
    onSuccess: () => announce('The clock has moved'),
    onSettled: () => client.invalidateQueries({ queryKey: [id] }),
  })
  const now = new Date(clock.now)
  const isDisabled = scope !== 'full'
  return (
    <Card className="clock">
      <p className="figure">
        <Time at={clock.now} isDay={false} />
      </p>
      <div className="actions">
        {stepsFrom(now).map(({ label, to }) => (
          <Button
            key={label}
            disabled={isDisabled}
            isBusy={advance.isPending}
            onClick={() => advance.mutate(to.toISOString())}
          >
            {label}
          </Button>
        ))}
      </div>
      <Form
        className="clock-form"
        error={advance.error}
        onSubmit={(textOf) => advance.mutate(toInstant(textOf('now')) ?? '')}
      >
        <InstantField name="now" label="Or to an instant in UTC" disabled={isDisabled} />
        <Button type="submit" disabled={isDisabled} isBusy={advance.isPending}>
          Move
        </Button>
      </Form>
    </Card>
  )
}

function stepsFrom(now: Date) {
  const nextMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
  return [
    { label: 'An hour on', to: new Date(now.getTime() + DAY_MS / 24) },
    { label: 'A day on', to: new Date(now.getTime() + DAY_MS) },
    { label: 'To the next month', to: nextMonth },
    { label: 'A day into the next month', to: new Date(nextMonth.getTime() + DAY_MS) },
  ]
}
