import { expectAccessible } from './accessibility.ts'
import { test } from './browser-test.ts'
import { createSandbox, signIn } from './sign-in.ts'

/** Pages of the environment as a whole, which there are from the first moment. */
const PAGES = [
  '/customers',
  '/invoices',
  '/events',
  '/developer/api-tokens',
  '/developer/sandboxes',
  '/developer/environment',
  '/no-such-page',
]
const THEMES = ['light', 'dark'] as const

for (const theme of THEMES) {
  test(`every page of an empty environment is accessible, ${theme}`, async ({ openWindow }) => {
    const page = await openWindow({ theme })
    await signIn(page, (await createSandbox(`Empty, ${theme}`)).token)
    for (const path of PAGES) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText('Loading…').waitFor({ state: 'hidden' })
      await expectAccessible(page)
    }
  })
}
