import { expect } from 'vitest'
import { test } from './browser-test.ts'
import { settle } from './show-page.ts'
import { createSandbox, signIn } from './sign-in.ts'

test('one goes by keys past the navigation, along rows and to another page, whose title is said', async ({
  openWindow,
}) => {
  const page = await openWindow()
  const { client, token } = await createSandbox('Keys')
  for (const name of ['First', 'Second']) await client.post('/v1/customers', { name })
  await signIn(page, token)
  await page.goto('/customers')
  await settle(page)
  await page.keyboard.press('Tab')
  await expect.poll(() => page.locator(':focus').innerText()).toBe('Skip to content')
  await page.keyboard.press('Enter')
  await page.locator('main:focus').waitFor()

  const rows = page.locator('.row-anchor')
  await rows.first().focus()
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => page.locator(':focus').innerText()).toBe(await rows.last().innerText())
  await page.keyboard.press('ArrowUp')
  const name = await rows.first().innerText()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.locator('main:focus').waitFor()
  await page
    .getByRole('status')
    .filter({ hasText: `${name} · Tactus` })
    .waitFor()
})
