import { useState } from 'react'
import type { ApiToken } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { RadioField, TextField } from '../../components/inputs.tsx'
import { TokenShownOnce } from './token-shown-once.tsx'

const SCOPES = [
  { value: 'full', label: 'Full access', hint: 'Reads and changes everything here.' },
  { value: 'read-only', label: 'Read only', hint: 'Reads everything, changes nothing.' },
  { value: 'ingest-only', label: 'Send events only', hint: 'For the systems that meter usage.' },
]

interface NewToken {
  name: string
  scope: string
}

interface Created {
  data: ApiToken & { token: string }
}

export function CreateToken({ onClose }: { onClose: () => void }) {
  const [token, setToken] = useState<string | null>(null)
  const create = useAction<NewToken, Created>({
    path: '/v1/api-tokens',
    done: 'The token is made',
    onSuccess: ({ data }) => setToken(data.token),
  })
  if (token !== null) {
    return (
      <TokenShownOnce
        title="Copy your token now"
        token={token}
        onClose={onClose}
        action={
          <Button kind="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      />
    )
  }
  return (
    <Dialog title="Create a token" onClose={onClose}>
      <Form
        error={create.error}
        onSubmit={(textOf) => create.mutate({ name: textOf('name'), scope: textOf('scope') })}
      >
        <TextField
          name="name"
          label="Name"
          hint="What will use it, such as “metering in eu-west”."
          autoFocus
        />
        <RadioField name="scope" legend="Scope" choices={SCOPES} defaultValue="full" />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={create.isPending}>
            Create token
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}
