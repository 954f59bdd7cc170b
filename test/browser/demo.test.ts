import type { Page } from 'playwright-core'
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
  await page.getByText('has no rate for model = gpt5').waitFor()
  await page
    .getByRole('listitem')
    .filter({ hasText: 'gpt-5; the event has another model' })
    .first()
    .waitFor()
  await expectAccessible(page)
})

test('a test event is composed for a metric, sent, and says what counts it and why it has no price', async ({
  openWindow,
}) => {
  const page = await openWindow()
  await signIn(page, demo.token)
  await page.goto('/events')
  await page.getByRole('link', { name: 'Send a test event' }).click()
  await page.getByLabel('Metric that is to count it').selectOption({ label: 'Tokens' })
  await page.getByPlaceholder('Any customer').fill('Juniper')
  await page.getByRole('option').getByRole('button', { name: 'Juniper Studio' }).click()
  await page.getByLabel('Event type').and(page.locator('[value="completion"]')).waitFor()
  await page.getByLabel('Properties').fill('{"model": "gpt-5"')
  await page.getByRole('button', { name: 'Send event' }).click()
  await page.getByText('This is not JSON.').waitFor()
  const properties = { model: 'gpt-6', direction: 'input', tokens: '5' }
  await page.getByLabel('Properties').fill(JSON.stringify(properties))
  await page.getByRole('button', { name: 'Send event' }).click()
  await page.getByText('Accepted', { exact: true }).waitFor()
  await page.getByText('Needs that event_type is one of "api_request".').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Show the event' }).click()
  await page.getByText('Counts this event, in model = gpt-6, direction = input.').waitFor()
  await page.getByText('has no rate for model = gpt-6').waitFor()
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

test('a rate card is made, prices are pasted onto it, and a package made of it', async ({
  openWindow,
}) => {
  const page = await openWindow({ theme: 'dark' })
  await signIn(page, demo.token)
  await page.getByRole('link', { name: 'Rate cards' }).click()
  await page.getByRole('button', { name: 'Create rate card' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Partner prices')
  await dialog.getByRole('button', { name: 'Create rate card' }).click()
  await page.getByRole('heading', { name: 'Partner prices', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Add rate' }).first().click()
  await pick(page, 'Product', 'API requests')
  await dialog.getByLabel(/^Price in/).fill('0.0125')
  await dialog.getByLabel('From').fill('2026-01-01T00:00')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Add rate' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('0.000125').first().waitFor()

  await page.getByRole('button', { name: 'Paste prices…' }).click()
  await pick(page, 'Product', 'Language models')
  await dialog.getByLabel('From').fill('2026-01-01T00:00')
  await dialog.getByLabel(/^Prices in/).fill(MATRIX.replace('30', 'much'))
  await dialog.getByText('“much” is no price.').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel(/^Prices in/).fill(MATRIX)
  await dialog.getByRole('button', { name: 'Add 2 rates' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '$0.30' }).waitFor()

  await page.goto('/offering/packages/new')
  await page.getByLabel('Name', { exact: true }).fill('Partner')
  await pick(page, 'Rate card', 'Partner prices')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Override', exact: true }).click()
  await page.getByLabel('For', { exact: true }).selectOption({ label: 'All products' })
  await page.getByRole('textbox', { name: 'Multiplier' }).fill('0.8')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('cell', { name: 'price × 0.8' }).waitFor()
  await page.getByRole('button', { name: 'Create the package' }).click()
  await page.getByRole('heading', { name: 'Partner', level: 1 }).waitFor()
  await page.getByText('None was made from this package yet.').waitFor()
})

const MATRIX = 'model\tdirection\tprice\ngpt-5\tinput\t30\ngpt-5\toutput\t240'

/** Chooses something of the server's by a part of its name. */
async function pick(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).fill(name.slice(0, 6))
  await page.getByRole('option', { name }).first().click()
}

test('a commit is changed after a look at what that does, and its history says so', async ({
  openWindow,
}) => {
  const page = await openWindow({ mayComplain: /status of 400 .* at \S*\/contracts\/edit/ })
  await signIn(page, demo.token)
  await page.goto('/customers')
  await page.getByRole('link', { name: 'Northwind Robotics' }).click()
  await page.getByRole('link', { name: 'Enterprise, prepaid' }).click()
  await page.getByRole('button', { name: 'Actions of Commitment of the year' }).click()
  await page.getByRole('menuitem', { name: 'Change…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Expires').fill('2026-01-01')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'See what changes' }).click()
  await dialog.getByRole('button', { name: 'Make the change' }).click()
  // The server says at the field why not.
  await dialog.locator('[name$="update_schedule_items[0].ending_before"]').waitFor()
  await dialog.getByLabel('Expires').fill('2030-01-01')
  await dialog.getByRole('button', { name: 'See what changes' }).click()
  await dialog.getByRole('row').filter({ hasText: 'expires 1 Jan 2030' }).waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Make the change' }).click()
  await dialog.getByText('Commitment of the year (access schedule)').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('31 Dec 2029').first().waitFor()
})

test('a contract that is put together outlives leaving the page, and is created as reviewed', async ({
  openWindow,
}) => {
  const page = await openWindow()
  await signIn(page, demo.token)
  await page.goto('/customers')
  await page.getByRole('link', { name: 'Juniper Studio' }).click()
  await page.getByRole('link', { name: 'Add contract' }).click()
  await page.getByLabel('Rate card').selectOption({ label: 'List prices' })
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Ends before').fill('2030-01-01')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Credit', exact: true }).click()
  const credit = (field: string) => page.locator(`[name="credits[0].${field}"]`)
  await credit('product_id').selectOption({ label: 'Promotional credit' })
  await credit('access_schedule.schedule_items[0].amount').fill('1,000.50')
  const address = page.url()
  await page.goto('/customers')
  await page.goto(address)
  await page.getByText('This is what you had put together before').waitFor()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('$1,000.50 can be used').waitFor()
  await expectAccessible(page)
  await page.goBack()
  await credit('access_schedule.schedule_items[0].amount').fill('2000')
  await page.goForward()
  await page.getByText('$2,000.00 can be used').waitFor()
  await page.getByRole('button', { name: 'Create the contract' }).click()
  await page.getByRole('heading', { name: 'Commits and credits' }).waitFor()
  await page.getByRole('row').filter({ hasText: '$2,000.00' }).first().waitFor()
})
