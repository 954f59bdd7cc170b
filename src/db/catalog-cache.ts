import type { Catalog } from '../core/catalog/catalog.ts'
import type { Period } from '../core/time.ts'
import type { Database } from './database.ts'
import { loadCatalogs, type LoadedCatalogs, type LoadedTerms } from './terms.ts'

/** So many rates, products and metrics this isolate remembers at most: some 20 MB. */
export const CACHED_ROWS_MAX = 50_000

/** Catalogs by the question for them, those used last at the end. */
const cache = new Map<string, { loaded: LoadedCatalogs; rows: number }>()
let cachedRows = 0

/**
 * As `loadCatalogs`, for pricing under terms that have been loaded: catalogs that this isolate
 * remembers are used if their version is the one that was read together with the terms, so that
 * they are what reading them with the terms would have given. They must not be changed.
 */
export async function recallCatalogs(
  db: Database,
  { environment, catalogVersion }: Pick<LoadedTerms, 'environment' | 'catalogVersion'>,
  rateCardIds: string[],
  range: Period,
): Promise<Pick<LoadedCatalogs, 'configVersion' | 'catalogs'>> {
  const key = JSON.stringify([environment.id, range.startMs, range.endMs, rateCardIds.toSorted()])
  const cached = cache.get(key)
  if (cached?.loaded.catalogVersion === catalogVersion) {
    // To the end of the map: the first is the one that is forgotten.
    cache.delete(key)
    cache.set(key, cached)
    // Ids of customers may have moved since: meters must have applied what the terms saw.
    return { ...cached.loaded, configVersion: environment.configVersion }
  }
  const loaded = await loadCatalogs(db, environment.id, rateCardIds, range)
  remember(key, loaded)
  return loaded
}

function remember(key: string, loaded: LoadedCatalogs): void {
  forget(key)
  const rows = [...loaded.catalogs.values()].reduce((sum, catalog) => sum + rowsOf(catalog), 1)
  if (rows > CACHED_ROWS_MAX) return
  cache.set(key, { loaded, rows })
  cachedRows += rows
  for (const oldest of cache.keys()) {
    if (cachedRows <= CACHED_ROWS_MAX) break
    forget(oldest)
  }
}

function forget(key: string): void {
  cachedRows -= cache.get(key)?.rows ?? 0
  cache.delete(key)
}

function rowsOf({ rates, products, metrics }: Catalog): number {
  return rates.length + products.length + metrics.length
}
