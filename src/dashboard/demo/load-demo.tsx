import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { createSandbox } from '../api/enter-sandbox.ts'
import { signIn, useEnvironment } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { buildCompany, type Made } from './build-company.ts'
import { demoApi } from './demo-api.ts'
import { demoTimes } from './demo-times.ts'
import { sendLiveEvents } from './live-events.ts'

/** Makes a sandbox with a company in it, and goes there. */
export function LoadDemo() {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const { kind, scope } = useEnvironment()
  const [made, setMade] = useState<Made | null>(null)
  const load = useMutation({
    mutationFn: async () => {
      const times = demoTimes(new Date())
      const token = await createSandbox('Demo company', new Date(times.monthMs).toISOString())
      // By its own token: what this page is signed in to may change meanwhile.
      const api = demoApi('', token)
      await buildCompany(api, times, setMade)
      await signIn(client, token)
      navigate('/customers')
      sendLiveEvents(api, times)
    },
    onSettled: () => setMade(null),
  })
  const isAllowed = kind === 'SANDBOX' && scope === 'full'
  return (
    <>
      <p className="muted">
        Four customers with contracts, commits and credits, two months of usage, invoices that are
        final, and drafts that move while you look. In a sandbox of its own.
      </p>
      <div className="actions">
        <Button disabled={!isAllowed} isBusy={load.isPending} onClick={() => load.mutate()}>
          Load demo company
        </Button>
      </div>
      {!isAllowed && <p className="muted">This takes a sandbox, and a token of full scope.</p>}
      {made !== null && (
        <div className="demo-progress" role="status">
          <progress className="bar" max={made.of} value={made.done} aria-label="Loading" />
          <span className="muted">{made.what}…</span>
        </div>
      )}
      {load.error && (
        <p className="form-error" role="alert">
          {load.error.message}
        </p>
      )}
    </>
  )
}
