import { useEffect } from 'react'
import type { Pages } from '../../api/use-pages.ts'

/**
 * The rows of a list that have a text in their names. Catalogues are small and the API has no
 * search for them, so the pages are read until enough rows fit.
 * @param textsOf the texts of a row that are searched
 */
export function useNamedPages<Row>(
  pages: Pages<Row>,
  text: string,
  textsOf: (row: Row) => readonly string[],
): Pages<Row> {
  const wanted = text.toLowerCase()
  const rows =
    wanted === ''
      ? pages.rows
      : pages.rows.filter((row) => textsOf(row).some((one) => one.toLowerCase().includes(wanted)))
  const isShort = wanted !== '' && rows.length === 0 && pages.hasMore
  const { readMore, isReadingMore } = pages
  useEffect(() => {
    if (isShort && !isReadingMore) readMore()
  }, [isShort, isReadingMore, readMore])
  return { ...pages, rows }
}
