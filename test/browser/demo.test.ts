import { beforeAll, inject } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { test } from './browser-test.ts'
import { createDemo } from './demo.ts'
import { signIn, type Sandbox } from './sign-in.ts'

let demo: Sandbox

beforeAll(async () => {
  if (inject('chromium') !== '') demo = await createDemo()
})

test('an event with a mistyped model says that no rate fits it, and which is nearest', async ({
  openWindow,
}) => {
  const page = await openWindow()
  await signIn(page, demo.token)
  await page.getByRole('link', { name: 'Events', exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'helios-mistyped' }).getByRole('link').click()
  await page.getByText('has no rate for it').waitFor()
  await page
    .getByRole('listitem')
    .filter({ hasText: 'gpt-5; the event has another model' })
    .first()
    .waitFor()
  await expectAccessible(page)
})

test('a final invoice is voided after a question, and regenerated', async ({ openWindow }) => {
  const page = await openWindow()
  await signIn(page, demo.token)
  await page.goto('/invoices')
  const row = page.getByRole('row').filter({ hasText: 'Juniper Studio' })
  await row.filter({ hasText: 'Finalized' }).getByRole('link').click()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Void invoice…' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Void invoice', exact: true }).click()
  await page.getByText('Void', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Regenerate…' }).click()
  await page.getByRole('button', { name: 'Regenerate invoice' }).click()
  await page.getByText('Finalized', { exact: true }).waitFor()
})

test('a rate card is made, and a price put on it', async ({ openWindow }) => {
  const page = await openWindow({ theme: 'dark' })
  await signIn(page, demo.token)
  await page.getByRole('link', { name: 'Rate cards' }).click()
  await page.getByRole('button', { name: 'Create rate card' }).click()
  await expectAccessible(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Partner prices')
  await dialog.getByRole('button', { name: 'Create rate card' }).click()
  await page.getByRole('heading', { name: 'Partner prices', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Add rate' }).first().click()
  await dialog.getByLabel('Product').selectOption({ label: 'API requests' })
  await dialog.getByLabel(/^Price in/).fill('0.0125')
  await dialog.getByLabel('From').fill('2026-01-01T00:00')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Add rate' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('0.000125').first().waitFor()
})
