import { afterAll, beforeAll, expect, test } from 'vitest'
import { billModels } from '../../scripts/quickstart/bill-models.ts'
import { billSql } from '../../scripts/quickstart/bill-sql.ts'
import { startServer, type TestServer } from './start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

test('the quickstart bills a month of two customers to the last digit', async () => {
  const printed: string[] = []
  const result = await billModels(
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

test('the quickstart bills a month by SQL metrics to the last digit', async () => {
  const printed: string[] = []
  const result = await billSql(
    { url: server.url, token: 'tactus_sandbox_local' },
    (text) => void printed.push(text),
  )
  expect(result).toEqual({
    accepted: 1740,
    duplicates: 46,
    refused: 0,
    totals: { Northwind: '159,016.593475' },
    lines: 14,
    differences: [],
  })
  const text = printed.join('\n')
  expect(text).toContain("1:12 — unknown column 'tokens' (hint: did you mean properties.tokens?)")
  expect(text).toContain('and count as NULL: 6 ("1,000", "n/a").')
  expect(text.replace(/ +/g, ' ')).toContain(
    [
      ' Seats business labs 2026-03-01 16.1875 1,250.5 20,242.46875',
      ' Seats starter support 2026-03-01 30.9 800 24,720',
      ' Tokens atlas-large 2026-03-01 405,715.2 0.03 12,171.456',
      ' Tokens atlas-large 2026-03-11 651,238.7 0.024 15,629.7288',
    ].join('\n'),
  )
  // What returning users grow by from the swap on.
  expect(text.replace(/ +/g, ' ')).toContain(' Users eu-west 2026-03-16 8 150 1,200')
  expect(text).toContain('All 14 lines are what the script adds up')
})
