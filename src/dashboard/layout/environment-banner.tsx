import { useAnswer } from '../api/use-answer.ts'
import { useEnvironment } from '../api/session.ts'
import { Time } from '../components/time.tsx'

interface Clock {
  now: string
  frozen: boolean
}

/** Says without mistake that nothing here is real money, and where a clock of its own stands. */
export function EnvironmentBanner() {
  const { kind, name, scope } = useEnvironment()
  const isSandbox = kind === 'SANDBOX'
  const clock = useAnswer<Clock>({ path: '/v1/sandboxes/clock', enabled: isSandbox })
  const isReadOnly = scope === 'read-only'
  if (!isSandbox && !isReadOnly) return null
  return (
    <section className={isSandbox ? 'banner banner-sandbox' : 'banner'} aria-label="Environment">
      {isSandbox && (
        <span>
          <strong>Sandbox</strong>
          {name.toLowerCase() === 'sandbox' ? '' : ` ${name}`} · test data, no real money
        </span>
      )}
      {clock.data?.frozen === true && (
        <span>
          Clock stands at <Time at={clock.data.now} isDay={false} />
        </span>
      )}
      {isReadOnly && <span>You can look, but not change anything.</span>}
    </section>
  )
}
