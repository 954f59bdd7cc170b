import { useInfiniteQuery } from '@tanstack/react-query'
import { get, request, type Query } from './request.ts'
import { useEnvironment } from './session.ts'

interface Page<Row> {
  data: Row[]
  next_page: string | null
}

/** A question for a list: where it is, and what is asked of it. */
export interface ListQuestion {
  path: string
  query?: Query
  /** Lists that are asked for by POST have their filters here. */
  body?: Record<string, unknown>
  /** Where the cursor goes: most POST lists take it in the query, some in the body. */
  cursorIn?: 'query' | 'body'
  limit?: number
  /** Milliseconds until the pages that were read are read again. */
  refetchInterval?: number | false
  enabled?: boolean
}

/** What a list page shows: the rows read so far, and how to read on. */
export interface Pages<Row> {
  rows: Row[]
  /** True until the first page is there. */
  isPending: boolean
  error: Error | null
  hasMore: boolean
  isReadingMore: boolean
  readMore: () => void
  refetch: () => void
}

/** So many pages without a row are passed over before the reader is asked. */
const EMPTY_PAGES_MAX = 20

/** Reads a list of the API page by page, with the server's cursors. */
export function usePages<Row>(question: ListQuestion): Pages<Row> {
  const { id } = useEnvironment()
  const { refetchInterval = false, enabled = true, ...asked } = question
  const list = useInfiniteQuery({
    queryKey: [id, 'list', asked],
    queryFn: ({ pageParam, signal }) => readRows<Row>(asked, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
    refetchInterval,
    enabled,
  })
  return {
    rows: list.data?.pages.flatMap(({ data }) => data) ?? [],
    isPending: list.isPending,
    error: list.error,
    hasMore: list.hasNextPage,
    isReadingMore: list.isFetchingNextPage,
    readMore: () => void list.fetchNextPage(),
    refetch: () => void list.refetch(),
  }
}

/** A page with rows, if there is one: pages may be empty though more follow. */
async function readRows<Row>(
  question: ListQuestion,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Page<Row>> {
  let page = await readPage<Row>(question, cursor, signal)
  for (let i = 0; i < EMPTY_PAGES_MAX; i += 1) {
    if (page.data.length > 0 || page.next_page === null) break
    page = await readPage<Row>(question, page.next_page, signal)
  }
  return page
}

/** One page as the server cuts it. */
export function readPage<Row>(
  { path, query = {}, body, cursorIn = 'query', limit }: ListQuestion,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<Row>> {
  const place = { ...(limit !== undefined && { limit }), ...(cursor && { next_page: cursor }) }
  if (body === undefined) return get<Page<Row>>(path, { ...query, ...place }, signal)
  const isInBody = cursorIn === 'body'
  return request<Page<Row>>('POST', path, {
    query: isInBody ? query : { ...query, ...place },
    body: isInBody ? { ...body, ...place } : body,
    ...(signal && { signal }),
  })
}

/** All rows of a list that is known to be short, up to a bound. */
export async function readAll<Row>(
  question: ListQuestion,
  { pagesMax = 50, signal }: { pagesMax?: number; signal?: AbortSignal } = {},
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  for (let i = 0; i < pagesMax; i += 1) {
    const page: Page<Row> = await readPage<Row>(question, cursor, signal)
    rows.push(...page.data)
    cursor = page.next_page
    if (cursor === null) break
  }
  return rows
}
