import { z } from '@hono/zod-openapi'
import { ok, refuse, type Result } from '../core/result.ts'
import type { RowKey } from '../db/keyset.ts'

/** Pages hold at most this many rows, and as many if nothing is said (PG-2, PG-3). */
export const PAGE_LIMIT_MAX = 100

const Limit = z.coerce
  .number({ error: 'expected a whole number from 1 to 100' })
  .int()
  .min(1, { error: 'expected a whole number from 1 to 100' })
  .max(PAGE_LIMIT_MAX, { error: 'expected a whole number from 1 to 100' })

/** The query parameters of a list. */
export const PageQuery = z.object({
  limit: Limit.optional().openapi({ description: 'Rows a page, 1 to 100; 100 if omitted.' }),
  next_page: z.string().optional().openapi({ description: 'The cursor of the page before.' }),
})

/** Where a page starts: after the row with these sort values. */
export type CursorKey = (string | number)[]

/**
 * A cursor is opaque and belongs to one question: `question` is whatever must not change between
 * pages (filters, body); a cursor of another question is refused (PG-5).
 */
export function encodeCursor(question: string, key: CursorKey): string {
  return btoa(encodeURIComponent(JSON.stringify([fingerprint(question), key])))
}

export function decodeCursor(
  question: string,
  cursor: string | undefined,
  shape: readonly ('string' | 'number')[],
): Result<CursorKey | null> {
  if (cursor === undefined || cursor === '') return ok(null)
  const parsed = parseCursor(cursor)
  if (parsed === null) return refuse('invalid', 'next_page: not a cursor that this API gave out')
  if (parsed.fingerprint !== fingerprint(question)) {
    return refuse(
      'invalid',
      'next_page: the cursor belongs to another request; filters must not change between pages',
    )
  }
  // A key may go on with more of what its shape ends with.
  const fits = parsed.key.every((part, i) => typeof part === (shape[i] ?? shape.at(-1)))
  if (!fits || parsed.key.length < shape.length) {
    return refuse('invalid', 'next_page: not a cursor that this API gave out')
  }
  return ok(parsed.key)
}

function parseCursor(cursor: string): { fingerprint: number; key: CursorKey } | null {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(atob(cursor)))
    if (!Array.isArray(value) || !Array.isArray(value[1])) return null
    const key: unknown[] = value[1]
    return isCursorKey(key) ? { fingerprint: value[0] as number, key } : null
  } catch {
    return null
  }
}

function isCursorKey(key: unknown[]): key is CursorKey {
  return key.every((part) => typeof part === 'string' || typeof part === 'number')
}

/** A 32-bit FNV-1a hash: it tells requests apart by mistake, not by malice. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/**
 * Cuts a page out of rows of which one more than the page holds was asked for.
 * @param keyOf the sort values of a row, in the order of the sort
 */
export function cutPage<Row>(
  question: string,
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => CursorKey,
): { rows: Row[]; nextPage: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const hasMore = rows.length > limit && last !== undefined
  return { rows: page, nextPage: hasMore ? encodeCursor(question, keyOf(last)) : null }
}

/**
 * A page of a list in the order of creation.
 * @param question as for `encodeCursor`
 * @param list reads so many rows at most, after a row or from the first
 */
export async function readRowPage<Row extends RowKey>(
  question: string,
  { limit = PAGE_LIMIT_MAX, next_page }: z.output<typeof PageQuery>,
  list: (from: RowKey | null, limit: number) => Promise<Row[]>,
): Promise<Result<{ rows: Row[]; nextPage: string | null }>> {
  const from = readRowCursor(question, next_page)
  if (!from.ok) return from
  return ok(cutPage(question, await list(from.value, limit + 1), limit, rowKeyOf))
}

function readRowCursor(question: string, cursor: string | undefined): Result<RowKey | null> {
  const key = decodeCursor(question, cursor, ['number', 'string'])
  if (!key.ok || key.value === null) return key as Result<null>
  const [createdAt, id] = key.value as [number, string]
  return ok({ createdAt, id })
}

function rowKeyOf(row: RowKey): CursorKey {
  return [row.createdAt, row.id]
}
