import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What differs between the themes. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block']

/** Holds what a page shows now against WCAG 2.2 AA: nothing serious or critical may be wrong. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectRules(page, RULES)
}

/** The same, and then its colours in the dark theme. */
export async function expectAccessibleInBothThemes(page: Page): Promise<void> {
  await expectRules(page, RULES)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.locator('html[data-theme=dark]').waitFor()
  await expectRules(page, COLOR_RULES)
  await page.emulateMedia({ colorScheme: 'light' })
}

async function expectRules(page: Page, rules: readonly string[]): Promise<void> {
  // In the page's own world, past its content security policy, as developer tools do; once, as a
  // page stays the same document while one goes through the dashboard.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE)
  const options = { runOnly: rules, resultTypes: ['violations'] }
  // What is behind a modal dialog was looked at before.
  const part = "document.querySelector('dialog[open]') ?? document"
  const run = `axe.run(${part}, ${JSON.stringify(options)})`
  const results = (await page.evaluate(run)) as AxeResults
  const wrong = results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}; ${failureSummary}`,
      ),
    )
  // Soft: one look at all pages tells all that is wrong with them.
  expect.soft(wrong, page.url()).toEqual([])
}
