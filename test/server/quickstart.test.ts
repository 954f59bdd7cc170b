import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { billCommits } from '../../scripts/quickstart/bill-commits.ts'
import { billEnterprise } from '../../scripts/quickstart/bill-enterprise.ts'
import { billModels } from '../../scripts/quickstart/bill-models.ts'
import { billSql } from '../../scripts/quickstart/bill-sql.ts'
import { startServer, type TestServer } from './start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

/** What the README shows of a scenario's output, in the part that begins with some words. */
function shownInReadme(words: string): string[] {
  const readme = readFileSync('README.md', 'utf8')
  const [, part = ''] = readme.split(words)
  const [own = ''] = part.split(/\n(?:\*\*|## )/)
  return [...own.matchAll(/```text\n([\s\S]*?)```/g)].map(([, block = '']) => block)
}

function withoutMargin(printed: string[]): string {
  return `${printed.join('\n').replace(/^ {3}/gm, '')}\n`
}

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

test('the quickstart bills a quarter that is paid in advance, with ledgers, to the last digit', async () => {
  const printed: string[] = []
  const result = await billCommits(
    { url: server.url, token: 'tactus_sandbox_local' },
    (text) => void printed.push(text),
  )
  expect(result).toEqual({
    // 90 days with 4 events of each model, two snapshots a month, and the late event.
    accepted: 727,
    duplicates: 11,
    refused: 0,
    // Storage is paid each month: 120.4, 131.2 and 140.8 GB at 12.5. A day of tokens costs 1,600; in
    // March, 30,000 of 49,600 are paid by what is left of commits.
    totals: {
      Commit: '80,000',
      'January so far': '0',
      January: '1,505',
      'Renewed commit': '20,000',
      February: '1,640',
      March: '21,360',
    },
    lines: 27,
    differences: [],
  })
  const text = printed.join('\n').replace(/ +/g, ' ')
  // January takes 37,600, February 28 days and the late event; a tenth goes along, the rest expires.
  expect(text).toContain(
    [
      ' Yearly commit 2026-01-01 PREPAID_COMMIT_SEGMENT_START 100,000',
      ' 2026-02-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -37,600',
      ' 2026-03-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -46,400',
      ' 2026-03-01 PREPAID_COMMIT_ROLLOVER -10,000',
      ' 2026-03-01 PREPAID_COMMIT_EXPIRATION -6,000',
      ' left 0',
    ].join('\n'),
  )
  const shown = shownInReadme('**Paid in advance.**')
  expect(shown).toHaveLength(2)
  for (const block of shown) expect(withoutMargin(printed)).toContain(block)
})

test('the quickstart bills a month by a package, with seats, charges and a fee, to the last digit', async () => {
  const printed: string[] = []
  const result = await billEnterprise(
    { url: server.url, token: 'tactus_sandbox_local' },
    (text) => void printed.push(text),
  )
  expect(result).toEqual({
    // 31 days with 16 events of tokens and 20 calls.
    accepted: 1116,
    duplicates: 11,
    refused: 0,
    totals: {
      // 20 seats at 3,100 besides 250,000.
      Signed: '312,000',
      Onboarding: '50,000',
      // 5 seats at 15/31 of 3,100.
      'Seats added': '7,500',
      // 24 days: 13,680 credits at 2, calls for 1,640, 4 % of both, and 25 seats for April.
      'March so far': '107,660',
      // 17,670 credits at 2, calls for 1,820, 4 % of both, and 25 seats for April.
      March: '116,146.4',
    },
    lines: 23,
    differences: [],
  })
  const text = printed.join('\n')
  expect(text).toContain('on the card 5, by the override × 0.8 = 4\n   1240 × 4 = 4960')
  const shown = shownInReadme('**A package**')
  expect(shown).toHaveLength(4)
  for (const block of shown) expect(withoutMargin(printed)).toContain(block)
})
