import { useEffect, useState } from 'react'
import { parseJson } from '../../core/json-number.ts'
import { token } from './grant.ts'

interface Question<Row> {
  path: string
  body?: unknown
  /** More pages than these are not read. */
  pagesMax?: number
  /** True of a row behind which none is shown, so that none is read either. */
  isLast?: (row: Row) => boolean
}

interface Page<Row> {
  data: Row[]
  next_page: string | null
}

const PAGES_MAX = 10

/** What was read of a list. */
export interface Rows<Row> {
  rows: Row[]
  /** There are more of them than are read. */
  isCut: boolean
}

/** Reads by the token of the page. Numbers keep all their digits, as `decimalText` reads them. */
async function readPages<Row>(question: Question<Row>): Promise<Rows<Row>> {
  const { path, body, pagesMax = PAGES_MAX, isLast } = question
  const rows: Row[] = []
  let next: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const separator = path.includes('?') ? '&' : '?'
    const cursor = next === null ? '' : `${separator}next_page=${encodeURIComponent(next)}`
    const response = await ask(path + cursor, body)
    const answer = parseJson(await response.text()) as Page<Row>
    rows.push(...answer.data)
    next = answer.next_page
    const last = answer.data.at(-1)
    if (next === null || (last !== undefined && isLast?.(last) === true)) {
      return { rows, isCut: false }
    }
  }
  return { rows, isCut: true }
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
  throw new Error(isOver ? 'This page has expired. Load it again.' : await reasonOf(response))
}

/** Refusals say what is wrong in words; what is behind other failures is not for customers. */
async function reasonOf(response: Response): Promise<string> {
  if (response.status >= 500) return 'This cannot be shown now. Try again in a moment.'
  const answer = (await response.json().catch(() => ({}))) as { message?: string }
  return answer.message ?? 'This cannot be shown.'
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
  | { state: 'failed'; message: string; retry: () => void }
  | ({ state: 'read' } & Rows<Row>)

/** The rows of a question, read again when it changes or when someone tries again. */
export function useRows<Row>(question: Question<Row>): Reading<Row> {
  const [reading, setReading] = useState<Reading<Row>>({ state: 'reading' })
  const [tries, setTries] = useState(0)
  const key = JSON.stringify(question)
  useEffect(() => {
    let isCurrent = true
    const set = (next: Reading<Row>) => {
      if (isCurrent) setReading(next)
    }
    const retry = () => setTries((count) => count + 1)
    set({ state: 'reading' })
    readPages(question).then(
      (read) => set({ state: 'read', ...read }),
      (error: Error) => set({ state: 'failed', message: error.message, retry }),
    )
    return () => {
      isCurrent = false
    }
    // The question is told by its text.
  }, [key, tries])
  return reading
}
