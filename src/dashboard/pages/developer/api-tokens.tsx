import { useState } from 'react'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { usePages } from '../../api/use-pages.ts'
import type { ApiToken } from '../../api/answers.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { CreateToken } from './create-token.tsx'

const SCOPES: Record<string, string> = {
  full: 'Full access',
  'read-only': 'Read only',
  'ingest-only': 'Send events only',
}

export default function ApiTokens() {
  const { scope, name } = useEnvironment()
  const pages = usePages<ApiToken>({ path: '/v1/api-tokens' })
  const [isCreating, setIsCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const create = (
    <Button kind="primary" disabled={scope !== 'full'} onClick={() => setIsCreating(true)}>
      Create token
    </Button>
  )
  return (
    <Page
      title="API tokens"
      lead={`Your systems use them to reach ${name}. A token works in its own environment only.`}
      actions={create}
    >
      <PagedTable
        label="API tokens"
        pages={pages}
        columns={columns(scope === 'full' ? setRevoking : null)}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No tokens yet" action={create}>
            Create one for each of your systems.
          </Empty>
        }
      />
      {isCreating && <CreateToken onClose={() => setIsCreating(false)} />}
      {revoking !== null && <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

function columns(revoke: ((token: ApiToken) => void) | null): Column<ApiToken>[] {
  return [
    { key: 'name', header: 'Name', cell: ({ name }) => <strong>{name}</strong> },
    { key: 'prefix', header: 'Token', cell: ({ prefix }) => <code>{prefix}…</code> },
    { key: 'scope', header: 'Scope', cell: ({ scope }) => SCOPES[scope] ?? scope },
    { key: 'created', header: 'Created', cell: ({ created_at }) => <Time at={created_at} isDay /> },
    {
      key: 'used',
      header: 'Last used',
      cell: ({ last_used_at }) =>
        last_used_at === null ? <span className="muted">Not yet</span> : <Time at={last_used_at} />,
    },
    {
      key: 'state',
      header: <span className="hidden">State</span>,
      align: 'right',
      width: '7rem',
      cell: (token) => {
        if (token.revoked_at !== null) return <Badge>Revoked</Badge>
        if (revoke === null) return <Badge tone="good">Active</Badge>
        return (
          <Button kind="quiet" aria-label={`Revoke ${token.name}`} onClick={() => revoke(token)}>
            Revoke
          </Button>
        )
      },
    },
  ]
}

function RevokeToken({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const revoke = useAction<{ id: string }>({
    path: '/v1/api-tokens/revoke',
    done: `${token.name} is revoked`,
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}?`}
      action="Revoke token"
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ id: token.id })}
      onClose={onClose}
    >
      <p>
        Systems that still use <code>{token.prefix}…</code> are refused from then on. This cannot be
        taken back.
      </p>
    </ConfirmDialog>
  )
}
