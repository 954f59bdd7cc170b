import type { Browser, Page, Response } from 'playwright-core'

/** What the first page takes, and what pages do while they appear. */
export interface Budget {
  /** Code and styles of the first page, as they are sent. */
  bytes: number
  /** Everything that the first page asks for, the API's answers too. */
  requests: number
  firstPaintMs: number
  /** Until the list of customers has its rows, from the address on, with nothing cached. */
  usableMs: number
  /** Of the main thread, while the first page comes up. */
  longestTaskMs: number
  /** By page: how far things moved that one may have been looking at. */
  shifts: Record<string, number>
  /** What is served otherwise than it should be. */
  faults: string[]
}

export interface Measured {
  browser: Browser
  url: string
  token: string
  /** The pages whose shifts are measured. */
  pages: readonly string[]
}

/**
 * Opens the dashboard as someone does who comes back to it: signed in, with nothing cached; then
 * goes through its pages.
 */
export async function measureBudget({ browser, url, token, pages }: Measured): Promise<Budget> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
  })
  try {
    const visitor = await context.newPage()
    await signIn(visitor, token)
    await visitor.close()
    const page = await context.newPage()
    await page.addInitScript(OBSERVE)
    const answers: Response[] = []
    page.on('response', (response) => answers.push(response))
    // Pages of the browser share what it cached.
    const session = await context.newCDPSession(page)
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    const startedMs = performance.now()
    await page.goto('/customers')
    await page.locator('tbody tr[class] td').first().waitFor()
    const usableMs = performance.now() - startedMs
    const requests = answers.length
    const faults = answers.flatMap(faultsOf)
    const sizes = await page.evaluate<Record<string, number>>(SIZES)
    const first = await page.evaluate<Observed>('window.budget')
    const shifts: Record<string, number> = {}
    for (const path of pages) shifts[path] = await measureShift(page, path)
    return {
      bytes: answers.slice(0, requests).reduce((sum, answer) => {
        return sum + (isAsset(answer) ? (sizes[answer.url()] ?? 0) : 0)
      }, 0),
      requests,
      firstPaintMs: first.paintMs,
      usableMs,
      longestTaskMs: first.taskMs,
      shifts,
      faults,
    }
  } finally {
    await context.close()
  }
}

interface Observed {
  paintMs: number
  taskMs: number
  shift: number
}

/** Sums what the browser tells of each document from its beginning. */
const OBSERVE = `
  window.budget = { paintMs: 0, taskMs: 0, shift: 0 }
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true })
  observe('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') window.budget.paintMs = startTime
  })
  observe('longtask', ({ duration }) => (window.budget.taskMs = Math.max(window.budget.taskMs, duration)))
  observe('layout-shift', ({ value, hadRecentInput }) => {
    if (!hadRecentInput) window.budget.shift += value
  })
`

async function signIn(page: Page, token: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

/** A page's cumulative layout shift, from a fresh start until nothing of it loads. */
async function measureShift(page: Page, path: string): Promise<number> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(UNTIL_QUIET)
  const { shift } = await page.evaluate<Observed>('window.budget')
  return shift
}

const QUIET_FRAMES = 15
const UNTIL_QUIET = `new Promise((resolve) => {
  let quiet = 0
  const look = () => {
    quiet = document.querySelector('main :is(.spinner, .skeleton)') === null ? quiet + 1 : 0
    if (quiet > ${QUIET_FRAMES}) resolve()
    else requestAnimationFrame(look)
  }
  look()
})`

/** How long what came is as it was sent, by its address. */
const SIZES = `Object.fromEntries(
  ['navigation', 'resource']
    .flatMap((type) => performance.getEntriesByType(type))
    .map(({ name, encodedBodySize }) => [name, encodedBodySize]),
)`

/** Code or styles, or what starts them. */
function isAsset(answer: Response): boolean {
  return /html|javascript|css/.test(answer.headers()['content-type'] ?? '')
}

/** What is to be kept for good, asked for anew each time, or compressed, and is not. */
function faultsOf(answer: Response): string[] {
  const { pathname } = new URL(answer.url())
  const headers = answer.headers()
  const caching = headers['cache-control'] ?? 'none'
  const isPage = headers['content-type']?.startsWith('text/html') === true
  const isHashed = pathname.startsWith('/assets/')
  const isCachedWrong = isPage ? caching !== 'no-cache' : isHashed && !caching.includes('immutable')
  const isPlain = isAsset(answer) && headers['content-encoding'] === undefined
  return [
    ...(isCachedWrong ? [`${pathname}: cached ${caching}`] : []),
    ...(isPlain ? [`${pathname}: not compressed`] : []),
  ]
}
