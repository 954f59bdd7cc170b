import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { test } from './browser-test.ts'
import { createSandbox, signIn } from './sign-in.ts'

const FIRST_PAGE_MAX = 200 * 1024

test('the first page is at most 200 KiB, compressed', async ({ openWindow }) => {
  const page = await openWindow()
  const sizes = new Map<string, Promise<number>>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (/^\/(v\d|session)/.test(pathname)) return
    sizes.set(
      pathname,
      response.body().then((body) => gzipSync(body).length),
    )
  })
  await signIn(page, (await createSandbox('Light')).token)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const read = await Promise.all(sizes.values())
  expect(read.length).toBeGreaterThan(2)
  const total = read.reduce((sum, size) => sum + size, 0)
  expect(total, JSON.stringify([...sizes.keys()])).toBeLessThanOrEqual(FIRST_PAGE_MAX)
})
