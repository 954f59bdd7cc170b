import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { buildCompany } from '../src/dashboard/demo/build-company.ts'
import { demoApi } from '../src/dashboard/demo/demo-api.ts'
import { demoTimes } from '../src/dashboard/demo/demo-times.ts'

/**
 * Draws the pictures of the README from the demo company, against a server that runs:
 * `npm run screenshots -- --url http://localhost:8787`.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8787' },
    token: { type: 'string', default: 'tactus_sandbox_local' },
  },
})
const FOLDER = 'src/dashboard/screenshots'
const BYTES_MAX = 150_000

/** Each picture: where one goes, by the names of links, from a page. */
const PICTURES = [
  { name: 'customer', path: '/customers', links: ['Northwind Robotics'] },
  { name: 'balances', path: '/customers', links: ['Northwind Robotics', 'Balances'] },
  { name: 'draft', path: '/customers', links: ['Northwind Robotics', 'Draft invoice'] },
  { name: 'events', path: '/events' },
  { name: 'mistyped-event', path: '/events/helios-mistyped' },
  { name: 'rate-card', path: '/offering/rate-cards', links: ['List prices'] },
]

const times = demoTimes(new Date())
const outer = demoApi(values.url, values.token)
const demo = await createSandbox('Demo company', new Date(times.monthMs))
await buildCompany(demoApi(values.url, demo), times)

mkdirSync(FOLDER, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env['TACTUS_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
const page = await browser.newPage({
  baseURL: values.url,
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
  reducedMotion: 'reduce',
})
await signIn(await createSandbox('First steps', new Date(times.nowMs)))
await page.goto('/getting-started')
await draw('getting-started')
await page.getByRole('button', { name: 'Sign out' }).click()
await signIn(demo)
for (const { name, path, links = [] } of PICTURES) {
  await page.goto(path)
  for (const link of links)
    await page.getByRole('main').getByRole('link', { name: link, exact: true }).click()
  await draw(name)
}
await browser.close()

async function createSandbox(name: string, now: Date): Promise<string> {
  const { data } = await outer.post<{ data: { token: string } }>('/v1/sandboxes', {
    name,
    now: now.toISOString(),
  })
  return data.token
}

async function signIn(token: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

async function draw(name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.getByText('Loading…').first().waitFor({ state: 'hidden' })
  const file = join(FOLDER, `${name}.png`)
  await page.screenshot({ path: file })
  const { size } = statSync(file)
  if (size > BYTES_MAX) throw new Error(`${file} has ${size} bytes`)
  console.log(`${file}  ${Math.round(size / 1024)} KiB`)
}
