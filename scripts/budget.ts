import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { demoSandbox } from './budget/demo-sandbox.ts'
import { mainPages } from './budget/main-pages.ts'
import { measureBudget } from './budget/measure-budget.ts'

/**
 * Tells what the dashboard's first page takes and how steady its pages are, against a server that
 * runs, with the demo company: `npm run budget -- --url http://localhost:8787`. What is exact has a
 * limit in test/browser/budget.test.ts; times depend on the machine.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8787' },
    token: { type: 'string', default: 'tactus_sandbox_local' },
    json: { type: 'boolean', default: false },
  },
})

const browser = await chromium.launch({
  executablePath: process.env['TACTUS_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
})
const { url } = values
const token = await demoSandbox(url, values.token)
const pages = await mainPages(url, token)
const budget = await measureBudget({ browser, url, token, pages })
await browser.close()

if (values.json) console.log(JSON.stringify(budget, null, 2))
else {
  const { bytes, requests, firstPaintMs, usableMs, longestTaskMs, shifts, faults } = budget
  console.log(`First page    ${(bytes / 1024).toFixed(1)} KiB in ${requests} requests
First paint   ${firstPaintMs.toFixed(0)} ms
Usable after  ${usableMs.toFixed(0)} ms
Longest task  ${longestTaskMs.toFixed(0)} ms

Layout shift`)
  for (const [path, shift] of Object.entries(shifts)) console.log(`  ${shift.toFixed(4)}  ${path}`)
  for (const fault of faults) console.log(`WRONG: ${fault}`)
}
