import { expect } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { test } from './browser-test.ts'
import { createSandbox, signIn } from './sign-in.ts'

const BUTTONS = [
  'Create the metric',
  'Create the product',
  'Create the rate card',
  'Create the customer',
  'Create the contract',
  'Send four events',
]

test('the tour leads from an empty sandbox to a finalized invoice and its PDF', async ({
  openWindow,
}) => {
  const page = await openWindow()
  await signIn(page, (await createSandbox('Tour', '2026-05-12T09:00:00Z')).token)
  await page.getByText('0 of 8 done').waitFor()
  await expectAccessible(page)
  for (const name of BUTTONS) {
    await page.getByRole('button', { name }).click()
    await page.getByRole('link', { name: /^Next: / }).click()
  }
  await page.getByRole('link', { name: 'Open the draft' }).waitFor()
  // 460,000 small tokens at 0.0002 cents and 33,000 large ones at 0.0035.
  await page.getByText('$2.075', { exact: true }).waitFor()

  // It is taken up again where it was left.
  await page.goto('/getting-started')
  await page.getByText('7 of 8 done').waitFor()
  await page.getByRole('button', { name: 'Copy finalize the invoice' }).click()
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
    "client.post('/v1/sandboxes/clock', {\n  body: { now: '2026-06-02T00:00:00.000Z' },",
  )
  await page.getByRole('button', { name: /^Move the clock/ }).click()
  await page.getByRole('link', { name: 'Open the invoice' }).waitFor()
  await expectAccessible(page)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'PDF' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^invoice-.*\.pdf$/)
  await page.getByRole('link', { name: 'Open the invoice' }).click()
  await page.getByText('Finalized').first().waitFor()
  await page.getByText('$2.075').first().waitFor()
})

test('one click loads the demo company, also when it is left midway, with things to look at', async ({
  openWindow,
}) => {
  const page = await openWindow({ theme: 'dark' })
  await signIn(page, (await createSandbox('Nothing yet')).token)
  await page.getByRole('button', { name: 'Load demo company' }).click()
  await page.getByText('Last month’s usage…').waitFor()
  await page.reload()
  await page.goto('/getting-started')
  await page.getByRole('button', { name: 'Go on loading' }).click()
  await page.getByRole('heading', { name: 'Things to look at' }).waitFor({ timeout: 30_000 })
  await expectAccessible(page)

  await page.getByRole('link', { name: 'One mistyped event' }).click()
  await page.getByText('has no rate for it').waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'One invoice, explained' }).click()
  await page.getByText('on the rate card').first().waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'A draft that moves' }).click()
  const total = page.locator('.invoice-total')
  const before = await total.innerText()
  await expect.poll(() => total.innerText(), { timeout: 20_000 }).not.toBe(before)
})
