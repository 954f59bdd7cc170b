import { useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { switchEnvironment, sessionQuery, useEnvironment } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { Card } from '../components/page.tsx'
import { Answered } from '../components/states.tsx'
import { MISTYPED_ID } from './demo-events.ts'
import { parentOf, resumeDemo } from './demo-load.ts'
import { useDemoLoad } from './demo-state.ts'
import { DemoProgress } from './demo-progress.tsx'
import { ReloadDemo } from './reload-demo.tsx'
import { Sights } from './sights.tsx'

/** The start of the demo company's own sandbox: what there is to see, once all of it is there. */
export function DemoCompany() {
  const { id } = useEnvironment()
  const load = useDemoLoad()
  const isWhole = useQuery({
    queryKey: [id, 'demo is whole'],
    queryFn: () => readIsWhole(id),
    enabled: load.state !== 'loading',
  })
  if (load.state === 'loading') {
    return (
      <Card>
        <h2>The demo company is being made</h2>
        <p className="muted">
          Every step is a call of the API. Closed meanwhile, this page goes on where it was.
        </p>
        <DemoProgress load={load} />
      </Card>
    )
  }
  return (
    <>
      <DemoProgress load={load} />
      <Answered query={isWhole}>{(whole) => (whole ? <Sights /> : <Unfinished />)}</Answered>
    </>
  )
}

/** The last that is made tells that everything before it is there. */
async function readIsWhole(environment: string): Promise<boolean> {
  const body = { transactionIds: [MISTYPED_ID] }
  const found = await request<object[]>('POST', '/v1/events/search', { body, environment })
  return found.length > 0
}

function Unfinished() {
  const client = useQueryClient()
  const { id } = useEnvironment()
  const { data: session } = useQuery(sessionQuery)
  const parent = session && parentOf(session, id)
  return (
    <Card>
      <h2>The demo company is not all there</h2>
      <p className="muted">Loading it was left before its end. Nothing is made twice.</p>
      <div className="actions">
        <Button kind="primary" onClick={() => void resumeDemo(client, id)}>
          Go on loading
        </Button>
        {parent !== undefined && (
          <>
            <ReloadDemo environment={id} />
            <Button onClick={() => void switchEnvironment(client, parent.id)}>
              Back to {parent.name}
            </Button>
          </>
        )}
      </div>
    </Card>
  )
}
