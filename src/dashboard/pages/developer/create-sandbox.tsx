import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { signIn } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { InstantField, TextField, toInstant } from '../../components/inputs.tsx'
import { TokenShownOnce } from './token-shown-once.tsx'

interface Created {
  data: { id: string; name: string; token: string }
}

export function CreateSandbox({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<Created['data'] | null>(null)
  const create = useAction<{ name: string; now?: string | undefined }, Created>({
    path: '/v1/sandboxes',
    done: 'The sandbox is made',
    onSuccess: ({ data }) => setCreated(data),
  })
  if (created !== null) return <Enter token={created.token} onClose={onClose} />
  return (
    <Dialog title="Create a sandbox" onClose={onClose}>
      <Form
        error={create.error}
        onSubmit={(textOf) =>
          create.mutate({ name: textOf('name'), now: toInstant(textOf('now')) })
        }
      >
        <TextField name="name" label="Name" autoFocus />
        <InstantField
          name="now"
          label="Clock stands at"
          isOptional
          hint="In UTC. Empty: its time is that of the world."
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={create.isPending}>
            Create sandbox
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

function Enter({ token, onClose }: { token: string; onClose: () => void }) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const enter = useMutation({
    mutationFn: () => signIn(client, token),
    onSuccess: () => {
      onClose()
      navigate('/')
    },
  })
  return (
    <TokenShownOnce
      title="The sandbox is ready"
      token={token}
      error={enter.error}
      onClose={onClose}
      action={
        <Button kind="primary" isBusy={enter.isPending} onClick={() => enter.mutate()}>
          Open it
        </Button>
      }
    />
  )
}
