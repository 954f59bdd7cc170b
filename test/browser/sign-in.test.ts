import { expect } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { test } from './browser-test.ts'
import { createSandbox, signIn } from './sign-in.ts'

test('one signs in with a token, sees its environment only, and signs out', async ({
  openWindow,
}) => {
  const page = await openWindow()
  const { token } = await createSandbox('Signed in')
  await page.goto('/')
  await expectAccessible(page)
  await signIn(page, token)
  await page.getByRole('button', { name: /Signed in/ }).waitFor()
  await page.getByRole('link', { name: 'Customers', exact: true }).click()
  await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Tactus' }).waitFor()
  expect(await page.context().cookies()).toEqual([])
})

test('a wrong token is refused at its field', async ({ openWindow }) => {
  const page = await openWindow({ mayComplain: /status of 40\d/ })
  await page.goto('/')
  await page.getByLabel('API token').fill('tactus_sandbox_wrong')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await expectAccessible(page)
})

test('on this machine, the local sandbox opens with one click', async ({ openWindow }) => {
  const page = await openWindow({ theme: 'dark' })
  await page.goto('/customers')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Enter the local sandbox' }).click()
  await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor()
})
