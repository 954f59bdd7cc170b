import type { Page } from 'playwright-core'

/** Goes to a page within the one that is shown, as its links do, and waits for what it reads. */
export async function showPage(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await settle(page)
}

/** Waits until there is a page, and nothing of it has been read for two frames. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(UNTIL_READ)
}

const UNTIL_READ = `new Promise((resolve, reject) => {
  const endMs = performance.now() + 10_000
  let quiet = 0
  const look = () => {
    const isBusy = document.querySelector('main :is(.spinner, .skeleton), dialog .spinner') !== null
    quiet = isBusy ? 0 : quiet + 1
    if (quiet > 2) resolve()
    else if (performance.now() > endMs) reject(new Error('The page is still loading.'))
    else requestAnimationFrame(look)
  }
  look()
})`
