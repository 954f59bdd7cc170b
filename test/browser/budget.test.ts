import type { Browser } from 'playwright-core'
import { beforeAll, expect, inject } from 'vitest'
import { mainPages } from '../../scripts/budget/main-pages.ts'
import { measureBudget } from '../../scripts/budget/measure-budget.ts'
import { SERVER_URL, test } from './browser-test.ts'
import { createDemo } from './demo.ts'
import type { Sandbox } from './sign-in.ts'

const BYTES_MAX = 200 * 1024
const REQUESTS_MAX = 30
/** Visible, and yet nothing that one reads has jumped. */
const SHIFT_MAX = 0.02
/** Of a page that works; how fast it is, `npm run budget` tells on a machine that does nothing else. */
const USABLE_MS_MAX = 10_000

let demo: Sandbox

beforeAll(async () => {
  if (inject('chromium') !== '') demo = await createDemo()
})

test('the first page is small, compressed and cached for good, and no page moves while it appears', async ({
  openWindow,
}) => {
  const context = (await openWindow()).context()
  const browser = context.browser() as Browser
  const { token } = demo
  const pages = await mainPages(SERVER_URL, token)
  const budget = await measureBudget({ browser, url: SERVER_URL, token, pages })
  expect(budget.faults).toEqual([])
  expect(budget.bytes).toBeGreaterThan(50 * 1024)
  expect(budget.bytes).toBeLessThanOrEqual(BYTES_MAX)
  expect(budget.requests).toBeLessThanOrEqual(REQUESTS_MAX)
  expect(budget.usableMs).toBeLessThan(USABLE_MS_MAX)
  for (const [page, shift] of Object.entries(budget.shifts)) {
    expect.soft(shift, page).toBeLessThanOrEqual(SHIFT_MAX)
  }
})
