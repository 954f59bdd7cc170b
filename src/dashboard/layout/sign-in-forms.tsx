import { useMutation, useQueryClient } from '@tanstack/react-query'
import { signIn, signInLocally } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { Form } from '../components/form.tsx'
import { TextField } from '../components/inputs.tsx'

interface Props {
  isLocal: boolean
  onDone?: () => void
}

/** One token, one environment: the server seals it into a cookie, scripts never see it again. */
export function SignInForms({ isLocal, onDone }: Props) {
  const client = useQueryClient()
  const withToken = useMutation({
    mutationFn: (token: string) => signIn(client, token),
    onSuccess: onDone,
  })
  return (
    <div className="sign-in-forms">
      {isLocal && <LocalEntrances onDone={onDone} />}
      <Form error={withToken.error} onSubmit={(textOf) => withToken.mutate(textOf('token'))}>
        <TextField
          name="token"
          label="API token"
          type="password"
          autoComplete="current-password"
          hint="It stays in a sealed cookie, and signs in to its own environment."
          required
        />
        <Button type="submit" kind={isLocal ? 'plain' : 'primary'} isBusy={withToken.isPending}>
          Sign in
        </Button>
      </Form>
    </div>
  )
}

function LocalEntrances({ onDone }: { onDone: (() => void) | undefined }) {
  const client = useQueryClient()
  const enter = useMutation({
    mutationFn: (environment: 'production' | 'sandbox') => signInLocally(client, environment),
    onSuccess: onDone,
  })
  return (
    <div className="sign-in-local">
      <Button kind="primary" isBusy={enter.isPending} onClick={() => enter.mutate('sandbox')}>
        Enter the local sandbox
      </Button>
      <Button isBusy={enter.isPending} onClick={() => enter.mutate('production')}>
        Enter local production
      </Button>
      {enter.error && (
        <p className="form-error" role="alert">
          {enter.error.message}
        </p>
      )}
      <p className="divider">or</p>
    </div>
  )
}
