import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandbox } from '../../scripts/quickstart/sandbox.ts'
import { compileSql } from '../../src/core/sql/compile-sql.ts'
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

const sqlSection = () =>
  /## SQL metrics\n([\s\S]*?)\n## /.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''

test("the README's queries are accepted, and refused ones answer what it says", () => {
  const queries = [...sqlSection().matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql)
  expect(queries.length).toBe(2)
  for (const sql of queries) expect(compileSql(sql)).toMatchObject({ ok: true })
  const refused = [...sqlSection().matchAll(/^\| `(SELECT.*?)` +\| `+(.*?)`+ +\|$/gm)]
  expect(refused.length).toBe(6)
  for (const [, sql = '', message] of refused) {
    expect(compileSql(sql)).toMatchObject({ ok: false, error: { message } })
  }
})

test("the README's preview answers what it says", async () => {
  const [asked = '', answered = ''] = [...sqlSection().matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, json = '']) => json,
  )
  const sandbox = { name: 'readme', now: '2026-03-31T00:00:00Z' }
  const { client } = await createSandbox(
    { url: server.url, token: 'tactus_sandbox_local' },
    sandbox,
  )
  await client.v1.usage.ingest({
    usage: Object.entries({ small: '1200000', large: '250000' }).map(([model, tokens]) => ({
      transaction_id: model,
      customer_id: 'acme',
      event_type: 'completion',
      timestamp: '2026-03-14T09:26:53Z',
      properties: { model, tokens },
    })),
  })
  const body = JSON.parse(asked) as { sql: string }
  const { data } = await client.post<{ data: object }>('/v1/billable-metrics/preview', { body })
  const { elapsed_ms: _, ...expected } = JSON.parse(answered) as { elapsed_ms: number }
  expect(data).toMatchObject(expected)
})
