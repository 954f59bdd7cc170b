import type { TestProject } from 'vitest/node'
import { startServer } from '../server/start-server.ts'
import { findChromium } from './find-chromium.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the server of all browser tests is. */
    serverUrl: string
    /** The browser's executable; empty: there is none, and the tests are skipped. */
    chromium: string
  }
}

/** One server for all files: each test has a sandbox of its own in it. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | void> {
  const chromium = findChromium()
  project.provide('chromium', chromium ?? '')
  if (chromium === undefined) {
    console.warn(
      '\nThe tests in the browser are SKIPPED: no chromium was found.\n' +
        '`apt-get install chromium` installs one, TACTUS_CHROMIUM=/path/to/it names one.\n',
    )
    project.provide('serverUrl', '')
    return undefined
  }
  const server = await startServer()
  project.provide('serverUrl', server.url)
  return server.remove
}
