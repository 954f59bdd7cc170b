import { useQuery } from '@tanstack/react-query'
import type { Customer } from '../../api/answers.ts'
import { findCustomers } from '../../api/find-customers.ts'
import { useEnvironment } from '../../api/session.ts'
import type { Pages } from '../../api/use-pages.ts'

/** Of so many the spend is read at once. */
export const FOUND_MAX = 25

/** The customers that fit a text, as a list of one page. */
export function useCustomerSearch(text: string): Pages<Customer> {
  const { id } = useEnvironment()
  const found = useQuery({
    queryKey: [id, 'find customers', text, FOUND_MAX],
    queryFn: ({ signal }) => findCustomers(text, signal, FOUND_MAX),
    enabled: text !== '',
    placeholderData: (before) => before,
  })
  return {
    rows: found.data ?? [],
    isPending: found.isPending,
    error: found.error,
    hasMore: false,
    isReadingMore: false,
    readMore: () => {},
    refetch: () => void found.refetch(),
  }
}
