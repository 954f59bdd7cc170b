import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery, useEnvironment, type SessionEnvironment } from '../../api/session.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { CreateSandbox } from './create-sandbox.tsx'
import { SandboxClock, type Clock } from './sandbox-clock.tsx'

/** Environments to try things in: alone, and with a clock that can be moved. */
export default function Sandboxes() {
  const { kind, scope } = useEnvironment()
  const [isCreating, setIsCreating] = useState(false)
  const isSandbox = kind === 'SANDBOX'
  const create = (
    <Button
      kind="primary"
      disabled={!isSandbox || scope !== 'full'}
      onClick={() => setIsCreating(true)}
    >
      Create sandbox
    </Button>
  )
  return (
    <Page
      title="Sandboxes"
      lead="Each is an environment of its own. With a frozen clock, months pass in seconds."
      actions={create}
    >
      {isSandbox ? (
        <ThisSandbox />
      ) : (
        <Empty title="This is production">Switch to a sandbox to create others from it.</Empty>
      )}
      <SignedInTo />
      {isCreating && <CreateSandbox onClose={() => setIsCreating(false)} />}
    </Page>
  )
}

function ThisSandbox() {
  const clock = useAnswer<Clock>({ path: '/v1/sandboxes/clock' })
  if (clock.data?.frozen !== true) return null
  return (
    <Section
      title="Clock"
      lead="Moving it forward does everything that falls due on the way, such as to finalize invoices."
    >
      <SandboxClock clock={clock.data} />
    </Section>
  )
}

function SignedInTo() {
  const { id: currentId } = useEnvironment()
  const { data } = useQuery(sessionQuery)
  const sandboxes = (data?.environments ?? []).filter(({ kind }) => kind === 'SANDBOX')
  const columns: Column<SessionEnvironment>[] = [
    {
      key: 'name',
      header: 'Name',
      cell: ({ name, id }) => (
        <>
          <strong>{name}</strong> {id === currentId && <Badge tone="info">This one</Badge>}
        </>
      ),
    },
    { key: 'token', header: 'Signed in by', cell: ({ token_name }) => token_name },
    { key: 'id', header: 'Id', cell: ({ id }) => <CopyableId id={id} /> },
  ]
  return (
    <Section title="Signed in to">
      <Table
        label="Sandboxes that you are signed in to"
        columns={columns}
        rows={sandboxes}
        rowKey={({ id }) => id}
        empty={<Empty title="None">You are signed in to production only.</Empty>}
      />
    </Section>
  )
}
