import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/**
 * Whatever takes the focus shows that it has it, and whatever a click does, keys do as well: what
 * React was given a click for is a control.
 */
export async function expectFocusSeen(page: Page): Promise<void> {
  // From now on the focus is one of the keyboard.
  await page.keyboard.press('Tab')
  expect.soft(await page.evaluate(UNSEEN), page.url()).toEqual([])
}

const UNSEEN = `(() => {
  const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
  const nameOf = (element) => element.outerHTML.slice(0, 160)
  const shows = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none'
  const wrong = []
  const before = document.activeElement
  for (const element of document.querySelectorAll(CONTROLS)) {
    if (element.disabled || element.tabIndex < 0 || !element.checkVisibility()) continue
    element.focus({ preventScroll: true })
    if (document.activeElement !== element) continue
    const isSeen = [null, '::before', '::after'].some((part) => shows(getComputedStyle(element, part)))
    // Some inputs show it on the frame that they are in.
    const isFrameSeen = shows(getComputedStyle(element.parentElement))
    if (!isSeen && !isFrameSeen) wrong.push('focus is not seen: ' + nameOf(element))
  }
  before?.focus?.({ preventScroll: true })
  for (const element of document.body.querySelectorAll('*')) {
    const key = Object.keys(element).find((name) => name.startsWith('__reactProps$'))
    if (key === undefined || element[key].onClick === undefined) continue
    // A frame passes clicks on to the input within it.
    const isFrame = element.querySelector(':scope > input') !== null
    if (!isFrame && !element.matches(CONTROLS + ', label, [role^=menuitem]')) wrong.push('only a click: ' + nameOf(element))
  }
  return wrong
})()`
