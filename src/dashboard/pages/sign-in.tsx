import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { signIn, signInLocally } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { Form } from '../components/form.tsx'
import { TextField } from '../components/inputs.tsx'
import { Mark } from '../layout/sidebar.tsx'

/** One token, one environment: the server keeps it, the browser gets a cookie. */
export default function SignIn({ isLocal }: { isLocal: boolean }) {
  const client = useQueryClient()
  const withToken = useMutation({ mutationFn: (token: string) => signIn(client, token) })
  useEffect(() => {
    document.title = 'Sign in · Tactus'
  }, [])
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Mark />
        <h1>Sign in to Tactus</h1>
        {isLocal && <LocalEntrances />}
        <Form error={withToken.error} onSubmit={(textOf) => withToken.mutate(textOf('token'))}>
          <TextField
            name="token"
            label="API token"
            type="password"
            autoComplete="current-password"
            hint="It stays with the server. Add tokens of other environments later."
            required
          />
          <Button type="submit" kind={isLocal ? 'plain' : 'primary'} isBusy={withToken.isPending}>
            Sign in
          </Button>
        </Form>
      </div>
    </main>
  )
}

function LocalEntrances() {
  const client = useQueryClient()
  const enter = useMutation({
    mutationFn: (environment: 'production' | 'sandbox') => signInLocally(client, environment),
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
