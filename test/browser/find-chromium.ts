import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The browser of this machine: the one that TACTUS_CHROMIUM names, or the first of its PATH.
 * Without one, tests in it are skipped, unless TACTUS_BROWSER_TESTS=required says that none may be.
 */
export function findChromium(): string | undefined {
  const named = process.env['TACTUS_CHROMIUM']
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`TACTUS_CHROMIUM: there is no ${named}`)
    return named
  }
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const path = found.find((each) => existsSync(each))
  if (path === undefined && process.env['TACTUS_BROWSER_TESTS'] === 'required') {
    throw new Error('No chromium was found, and TACTUS_BROWSER_TESTS is "required".')
  }
  return path
}
