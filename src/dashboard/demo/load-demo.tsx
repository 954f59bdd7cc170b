import { useQuery, useQueryClient } from '@tanstack/react-query'
import { sessionQuery, switchEnvironment } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { loadDemo, parentOf } from './demo-load.ts'
import { isDemo, useDemoLoad } from './demo-state.ts'
import { DemoProgress } from './demo-progress.tsx'
import { ReloadDemo } from './reload-demo.tsx'

/** Makes a sandbox with a company in it, or goes to the one that there is. */
export function LoadDemo() {
  const client = useQueryClient()
  const { data: session } = useQuery(sessionQuery)
  const load = useDemoLoad()
  const demo = session?.environments.find(isDemo)
  const parent = session && parentOf(session, demo?.id)
  const isLoading = load.state === 'loading'
  return (
    <>
      <p className="muted">
        Four customers with contracts, commits and credits, two months of usage, invoices that are
        final, and drafts that move while you look. In a sandbox of its own.
      </p>
      <div className="actions">
        {demo !== undefined && (
          <Button
            kind="primary"
            disabled={isLoading}
            onClick={() => void switchEnvironment(client, demo.id)}
          >
            Open the demo company
          </Button>
        )}
        {demo !== undefined && parent !== undefined && (
          <ReloadDemo environment={demo.id} isDisabled={isLoading} />
        )}
        {demo === undefined && (
          <Button
            disabled={parent === undefined}
            isBusy={isLoading}
            onClick={() => parent && void loadDemo(client, parent.id)}
          >
            Load demo company
          </Button>
        )}
      </div>
      {demo === undefined && parent === undefined && (
        <p className="muted">
          It is made from a sandbox: sign in to one, with a token of full scope.
        </p>
      )}
      <DemoProgress load={load} />
    </>
  )
}
