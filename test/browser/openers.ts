import type { Locator, Page, Route } from 'playwright-core'
import { expect } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { settle, showPage } from './show-page.ts'

const BUTTONS = 'main button:enabled:not([type=submit], [aria-haspopup])'
/** Buttons that show another view within the page, once they are pressed. */
const VIEWS = ':is([aria-pressed=true], [aria-expanded=true], [aria-current=step])'
const MENUS = 'button[aria-haspopup=menu]'
const REFUSAL = { status: 403, json: { message: 'Nothing is changed while pages are looked at.' } }

/**
 * Presses each button of a page and each item of its menus, while the server is kept from being
 * asked for changes. What opens over the page must be accessible, hold the focus, close with Escape
 * and give the focus back.
 * @param tried what was pressed before, by heading and name: tabs of a thing share the buttons above them
 */
export async function tryOpeners(page: Page, path: string, tried: Set<string>): Promise<void> {
  const heading = await page.getByRole('heading', { level: 1 }).innerText()
  const isNew = (name: string) => {
    const key = `${heading}: ${name}`
    const wasTried = tried.has(key)
    tried.add(key)
    return !wasTried
  }
  const refuse = (route: Route) => (isReading(route) ? route.continue() : route.fulfill(REFUSAL))
  await page.route(/\/v[12]\//, refuse)
  for (const name of (await namesOf(page.locator(BUTTONS))).filter(isNew)) {
    const button = page.locator(BUTTONS).filter({ hasText: name }).first()
    if (await press(button)) await judgeOpened(page, button)
    await returnTo(page, path)
  }
  const menus = page.locator('main').locator(MENUS)
  for (const name of (await namesOf(menus)).filter(isNew)) {
    await tryMenu(page, menus.filter({ hasText: name }).first(), path)
  }
  await page.unroute(/\/v[12]\//, refuse)
}

/** Opens a menu with the keyboard, and each of its items. */
export async function tryMenu(page: Page, trigger: Locator, path: string): Promise<void> {
  await trigger.press('ArrowDown')
  const items = page.getByRole('menu').locator('[role^=menuitem]:enabled')
  await expectFocus(items.first())
  await expectAccessible(page)
  await page.keyboard.press('End')
  await expectFocus(items.last())
  await page.keyboard.press('ArrowDown')
  await expectFocus(items.first())
  const count = await items.count()
  await page.keyboard.press('Escape')
  await expectFocus(trigger)
  for (let i = 0; i < count; i += 1) {
    await trigger.press('ArrowDown')
    await items.nth(i).press('Enter')
    await judgeOpened(page, trigger)
    await returnTo(page, path)
  }
}

/** Reads of the API that have a body are POSTs as well. */
const READ = /\/(list\w*|get\w*|search|preview\w*|check|\w*[bB]alances|spend-breakdowns|verify)$/

function isReading(route: Route): boolean {
  const request = route.request()
  return request.method() === 'GET' || READ.test(new URL(request.url()).pathname)
}

/**
 * Of buttons that say the same, such as those of rows, one is enough. What is said to those who do
 * not see a sign comes last.
 */
async function namesOf(buttons: Locator): Promise<string[]> {
  const texts = await buttons.allInnerTexts()
  const names = texts.map((text) => text.trim().split('\n').at(-1) ?? '')
  return [...new Set(names)].filter((name) => name !== '' && name !== 'PDF')
}

async function press(button: Locator): Promise<boolean> {
  if ((await button.count()) === 0 || !(await button.isVisible())) return false
  await button.focus()
  await button.press('Enter')
  return true
}

async function judgeOpened(page: Page, opener: Locator): Promise<void> {
  const dialog = page.locator('dialog[open]')
  // What opens does so at once: nothing is read before.
  await settle(page)
  if ((await dialog.count()) === 0) {
    if ((await opener.and(page.locator(VIEWS)).count()) > 0) await expectAccessible(page)
    return
  }
  const held = await dialog.locator(':focus').count()
  expect.soft(held, `${page.url()}: the focus is in ${await dialog.innerText()}`).toBe(1)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expectFocus(opener)
}

/** A button may lead elsewhere. */
async function returnTo(page: Page, path: string): Promise<void> {
  if (new URL(page.url()).pathname !== path) await showPage(page, path)
}

/** An element, without the types of browsers. */
interface Matching {
  matches: (selector: string) => boolean
}

async function expectFocus(element: Locator): Promise<void> {
  const isThere = await element.evaluate((each: Matching) => each.matches(':focus'))
  expect.soft(isThere, `${element.page().url()}: focus on ${String(element)}`).toBe(true)
}
