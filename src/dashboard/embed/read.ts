import { useEffect, useState } from 'react'
import { parseJson } from '../../core/json-number.ts'
import { token } from './grant.ts'

interface Question {
  path: string
  body?: unknown
}

interface Page<Row> {
  data: Row[]
  next_page: string | null
}

/** No more pages than these are read at once. */
const PAGES_MAX = 10

/** Reads by the token of the page. Numbers keep all their digits, as `decimalText` reads them. */
export async function readPages<Row>({ path, body }: Question): Promise<Row[]> {
  const rows: Row[] = []
  let next: string | null = null
  for (let page = 0; page < PAGES_MAX; page++) {
    const separator = path.includes('?') ? '&' : '?'
    const cursor = next === null ? '' : `${separator}next_page=${encodeURIComponent(next)}`
    const response = await ask(path + cursor, body)
    const answer = parseJson(await response.text()) as Page<Row>
    rows.push(...answer.data)
    next = answer.next_page
    if (next === null) break
  }
  return rows
}

async function ask(path: string, body?: unknown): Promise<Response> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    credentials: 'omit',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (response.ok) return response
  const isOver = response.status === 401
  throw new Error(isOver ? 'This page has expired. Load it again.' : 'This cannot be shown now.')
}

/** Saves the PDF of an invoice, which a link cannot ask for: it would carry no token. */
export async function savePdf(path: string, name: string): Promise<void> {
  const file = URL.createObjectURL(await (await ask(path)).blob())
  const link = document.createElement('a')
  link.href = file
  link.download = name
  link.click()
  URL.revokeObjectURL(file)
}

export type Reading<Row> =
  | { state: 'reading' }
  | { state: 'failed'; message: string }
  | { state: 'read'; rows: Row[] }

/** The rows of a question, read again when it changes. */
export function useRows<Row>(question: Question): Reading<Row> {
  const [reading, setReading] = useState<Reading<Row>>({ state: 'reading' })
  const key = JSON.stringify(question)
  useEffect(() => {
    let isCurrent = true
    setReading({ state: 'reading' })
    readPages<Row>(question).then(
      (rows) => isCurrent && setReading({ state: 'read', rows }),
      (error: Error) => isCurrent && setReading({ state: 'failed', message: error.message }),
    )
    return () => {
      isCurrent = false
    }
    // The question is told by its text.
  }, [key])
  return reading
}
