import { useQuery } from '@tanstack/react-query'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'
import type { FieldEntity, FieldKey } from './entities.ts'

/** So many pages of keys are read of one kind of object. */
const PAGES_MAX = 10

/** The keys of which objects of a kind may have values. */
export function useFieldKeys(entity: FieldEntity) {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'field keys', entity],
    queryFn: ({ signal }) =>
      readAll<FieldKey>(
        { path: '/v1/customFields/listKeys', body: { entities: [entity] }, limit: 100 },
        { pagesMax: PAGES_MAX, signal },
      ),
    staleTime: 60_000,
  })
}
