import { Link } from 'wouter'
import type { DemoLoad } from './demo-state.ts'

/** How far loading has come, or why it does not go on. */
export function DemoProgress({ load }: { load: DemoLoad }) {
  if (load.state === 'idle') return null
  if (load.state === 'failed') {
    return (
      <p className="form-error" role="alert">
        {load.message}{' '}
        {load.isFull && (
          <>
            See <Link href="/developer/sandboxes">the sandboxes that you are signed in to</Link>.
          </>
        )}
      </p>
    )
  }
  const { done, of, what } = load.made
  return (
    <div className="demo-progress" role="status">
      <progress className="bar" max={of} value={done} aria-label="Loading" />
      <span className="muted">{what}…</span>
    </div>
  )
}
