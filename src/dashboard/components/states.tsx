import type { ReactNode } from 'react'
import { ApiError } from '../api/request.ts'
import { Button } from './button.tsx'

export function Loading({ label = 'Loading' }: { label?: string }) {
  return (
    <div className="state" role="status">
      <span className="spinner" aria-hidden="true" />
      <span className="muted">{label}…</span>
    </div>
  )
}

interface EmptyProps {
  title: string
  children?: ReactNode
  action?: ReactNode
}

/** What a list says while it has no rows: what would be here, and how it gets here. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="state state-empty">
      <p className="state-title">{title}</p>
      {children !== undefined && <p className="muted">{children}</p>}
      {action}
    </div>
  )
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const isMissing = error instanceof ApiError && error.status === 404
  return (
    <div className="state" role="alert">
      <p className="state-title">{isMissing ? 'Not in this environment' : 'That did not work'}</p>
      <p className="muted">{error instanceof Error ? error.message : String(error)}</p>
      {onRetry && !isMissing && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}

/** A loading, failed or finished reading of one thing. */
export function Answered<Data>({
  query,
  children,
}: {
  query: { data: Data | undefined; error: Error | null; refetch: () => unknown }
  children: (data: Data) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <Loading />
}
