import type { Page } from 'playwright-core'
import { beforeAll, expect, inject } from 'vitest'
import { expectAccessible, expectAccessibleInBothThemes } from './accessibility.ts'
import { addressesOfPages } from './addresses.ts'
import { test } from './browser-test.ts'
import { createDemo } from './demo.ts'
import { expectFocusSeen } from './keyboard.ts'
import { tryOpeners } from './openers.ts'
import { settle, showPage } from './show-page.ts'
import { createSandbox, signIn, type Sandbox } from './sign-in.ts'

/** Content reflows to it without a second direction to scroll in (WCAG 1.4.10). */
const NARROW = { width: 320, height: 800 }
const WIDE = { width: 1280, height: 800 }
const ID = /[0-9a-f]{8}-[0-9a-f]{4}/
/** What pages say of things that are not there. */
const REFUSED = /status of 4\d\d/

let demo: Sandbox
let addresses: string[]

beforeAll(async () => {
  if (inject('chromium') === '') return
  demo = await createDemo()
  addresses = [...(await addressesOfPages(demo.client)), '/no-such-page']
})

test('pages that have nothing to show are accessible', async ({ openWindow }) => {
  const page = await openWindow({ mayComplain: REFUSED })
  await signIn(page, (await createSandbox('Empty')).token)
  // Lists say that they have no rows, and a page of one thing that it is not in this environment.
  const missing = addresses.find((path) => ID.test(path)) ?? ''
  for (const path of [...addresses.filter((each) => !ID.test(each)), missing]) {
    await showPage(page, path)
    await expectAccessible(page)
  }
})

test('every page of a company that runs is accessible in both themes, by keys and 320 px wide, with all that its buttons open', async ({
  openWindow,
}) => {
  const page = await openWindow({ mayComplain: REFUSED })
  await signIn(page, demo.token)
  const left = [...addresses]
  const seen = new Set<string>()
  const tried = new Set<string>()
  for (let path = left.shift(); path !== undefined; path = left.shift()) {
    if (seen.has(path)) continue
    seen.add(path)
    await showPage(page, path)
    left.unshift(...(await tabsOf(page)))
    await expectAccessibleInBothThemes(page)
    await expectFocusSeen(page)
    await expectReflow(page)
    await tryOpeners(page, path, tried)
  }
}, 300_000)

async function tabsOf(page: Page): Promise<string[]> {
  const hrefs = await page
    .locator('main .tabs a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  return hrefs.filter((href) => href !== null)
}

async function expectReflow(page: Page): Promise<void> {
  await page.setViewportSize(NARROW)
  await settle(page)
  const width = await page.evaluate('document.documentElement.scrollWidth')
  expect.soft(width, `${page.url()} at ${NARROW.width} px`).toBeLessThanOrEqual(NARROW.width)
  await page.setViewportSize(WIDE)
}
