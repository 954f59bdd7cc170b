import { afterAll, beforeAll, expect, test } from 'vitest'
import { runQuickstart } from '../../scripts/quickstart.ts'
import { startServer, type TestServer } from './start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

test('the quickstart bills a month of two customers to the last digit', async () => {
  const printed: string[] = []
  const result = await runQuickstart(
    { url: server.url, token: 'tactus_sandbox_local' },
    (text) => void printed.push(text),
  )
  expect(result).toEqual({
    accepted: 3050,
    duplicates: 96,
    refused: 4,
    totals: { 'Acme Robotics': '9,044.134905', 'Globex Health': '3,380.09074' },
    lines: 31,
    differences: [],
  })
  expect(printed.join('\n')).toContain('All 18 lines are what the script adds up')
})
