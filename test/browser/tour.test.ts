import Metronome from '@metronome/sdk'
import { expect } from 'vitest'
import type { Invoice } from '../../src/dashboard/api/answers.ts'
import { STEP_CODE } from '../../src/dashboard/pages/getting-started/step-code.ts'
import { expectAccessible } from './accessibility.ts'
import { SERVER_URL, test } from './browser-test.ts'
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

test('the code beside the steps works as it is written', async () => {
  const { token } = await createSandbox('Code', '2026-05-12T09:00:00Z')
  const client = new Metronome({ baseURL: SERVER_URL, bearerToken: token })
  const progress = {
    now: '2026-05-12T09:00:00.000Z',
    graceHours: 24,
    isFrozen: true,
    eventCount: 0,
  }
  const period = { end_timestamp: '2026-06-01T00:00:00.000Z' } as Invoice
  const script = Object.values(STEP_CODE).map((code) => code({ ...progress, draft: period }))
  // All of it together, as someone would copy it into one file.
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is ours, and what is tested.
  const run = new Function(
    'client',
    `return (async () => {\n${script.join('\n\n')}\nreturn { drafts, invoices }\n})()`,
  ) as (client: Metronome) => Promise<Record<string, { data: { total: number }[] }>>
  const { drafts, invoices } = await run(client)
  expect([drafts?.data[0]?.total, invoices?.data[0]?.total]).toEqual([207.5, 207.5])
})

test('one click loads the demo company, also when it is left midway, with things to look at', async ({
  openWindow,
}) => {
  const page = await openWindow({ theme: 'dark' })
  await signIn(page, (await createSandbox('Nothing yet')).token)
  // It stops at the first usage, which is never answered.
  await page.route('**/v1/ingest', () => {})
  await page.getByRole('button', { name: 'Load demo company' }).click()
  await page.getByText('Last month’s usage…').waitFor()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.goto('/getting-started')
  await page.getByRole('button', { name: 'Go on loading' }).click()
  await page.getByRole('heading', { name: 'Things to look at' }).waitFor({ timeout: 30_000 })
  await expectAccessible(page)

  await page.getByRole('link', { name: 'One mistyped event' }).click()
  await page
    .getByText(/has no rate for/)
    .first()
    .waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'One invoice, explained' }).click()
  await page.getByText('Multiplied by').first().waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'A draft that moves' }).click()
  const total = page.locator('.invoice-total')
  const before = await total.innerText()
  await expect.poll(() => total.innerText(), { timeout: 20_000 }).not.toBe(before)
})
