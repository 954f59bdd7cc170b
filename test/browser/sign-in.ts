import type { Page } from 'playwright-core'
import { connect, type ApiClient } from '../server/api-client.ts'
import { SERVER_URL } from './browser-test.ts'

export interface Sandbox {
  token: string
  client: ApiClient
}

/** An empty sandbox; with `now`, its clock stands there. */
export async function createSandbox(name: string, now?: string): Promise<Sandbox> {
  const outer = connect({ url: SERVER_URL, token: 'tactus_sandbox_local' })
  const { data } = (await outer.post('/v1/sandboxes', { name, now })) as { data: { token: string } }
  return { token: data.token, client: connect({ url: SERVER_URL, token: data.token }) }
}

/** Signs in as a person does. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}
