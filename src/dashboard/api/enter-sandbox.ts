import type { QueryClient } from '@tanstack/react-query'
import { post } from './request.ts'
import { signIn } from './session.ts'

/** Makes an empty sandbox, whose clock stands at `now`; the token is told only here. */
export async function createSandbox(name: string, now: string): Promise<string> {
  const path = '/v1/sandboxes'
  const { data } = await post<{ data: { token: string } }>(path, { name, now })
  return data.token
}

/** Makes an empty sandbox with a clock of its own, and signs in to it. */
export async function enterNewSandbox(
  client: QueryClient,
  { name, now }: { name: string; now: string },
): Promise<void> {
  await signIn(client, await createSandbox(name, now))
}
