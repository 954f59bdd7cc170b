import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, test as anyTest, expect, inject } from 'vitest'

export const SERVER_URL = inject('serverUrl')

/** Of an action: what takes longer is broken. On two cores that run other things as well. */
const ACTION_MS = 10_000

interface Options {
  theme?: 'light' | 'dark'
  /** What the browser may complain about: refusals that a journey provokes. */
  mayComplain?: RegExp
}

interface Fixtures {
  /** Opens a browser window of its own: no cookies, nothing cached. */
  openWindow: (options?: Options) => Promise<Page>
}

let browser: Browser | undefined

async function launched(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: inject('chromium'),
    // Tests run in containers, as root and with a small /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  return browser
}

afterAll(() => browser?.close())

/**
 * A test in the browser. When it ends, no window of it may have complained in its console, have had
 * an error that nobody caught, or have asked another host for anything.
 */
const browserTest = anyTest.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads what a fixture needs from its pattern.
  openWindow: async ({}, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async ({ theme = 'light', mayComplain } = {}) => {
      const context = await (
        await launched()
      ).newContext({
        baseURL: SERVER_URL,
        colorScheme: theme,
        reducedMotion: 'reduce',
        viewport: { width: 1280, height: 800 },
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      contexts.push(context)
      context.setDefaultTimeout(ACTION_MS)
      context.on('page', (page) => listen(page, complaints, mayComplain))
      return context.newPage()
    })
    await Promise.all(contexts.map((context) => context.close()))
    expect(complaints).toEqual([])
  },
})

/** Chromium notes each refused answer; asking who is signed in is refused when nobody is. */
const SIGNED_OUT = /status of 401 .* at \S*\/session$/

function listen(page: Page, complaints: string[], mayComplain: RegExp | undefined): void {
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const complaint = `${message.text()} at ${message.location().url}`
    if (SIGNED_OUT.test(complaint) || mayComplain?.test(complaint) === true) return
    complaints.push(`${complaint}, on ${page.url()}`)
  })
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const isOwn = ['data:', 'blob:', 'about:'].includes(protocol) || isLoopback(hostname)
    if (!isOwn) complaints.push(`${page.url()} asked ${request.url()}`)
  })
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

/** `test` in a browser; skipped where there is none. */
export const test = inject('chromium') === '' ? browserTest.skip : browserTest
