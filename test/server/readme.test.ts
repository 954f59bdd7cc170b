import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from './start-server.ts'

let server: TestServer
// In the root, where a reader is told to put it, so that the SDK is found.
const script = `tour-${process.pid}.ts`

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  rmSync(script, { force: true })
  await server.remove()
})

test("the README's tour runs as it stands and prints what the README says", async () => {
  const readme = readFileSync('README.md', 'utf8')
  const tour = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const printed = /It prints\n\n```text\n([\s\S]*?)```/.exec(readme)?.[1]
  writeFileSync(script, tour.replace('http://localhost:8787', server.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script])
  expect(stdout).toBe(printed)
})
