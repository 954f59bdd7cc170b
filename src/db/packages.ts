import { and, asc, eq, isNotNull, isNull, or, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Package } from '../core/packages/package.ts'
import {
  loadHolders,
  unlessChanged,
  writeAliases,
  writeUnlessChanged,
  type AliasHolders,
} from './alias-holders.ts'
import type { Database } from './database.ts'
import { after, type RowKey } from './keyset.ts'
import type { ArchiveFilter } from './products.ts'
import { packages } from './schema.ts'
import { hasText, hasTextInList } from './text-search.ts'

export type PackageHolders = AliasHolders<Package>

function fromPackageRow(row: typeof packages.$inferSelect): Package {
  const { environmentId: _, ...pack } = row
  return pack
}

export async function findPackage(
  db: Database,
  environmentId: string,
  id: string,
): Promise<Package | null> {
  const row = await db.select().from(packages).where(isPackage(environmentId, id)).get()
  return row === undefined ? null : fromPackageRow(row)
}

/** Packages in the order of their creation; those with a text in their names, or of this id. */
export async function listPackages(
  db: Database,
  environmentId: string,
  { archive, search }: { archive: ArchiveFilter; search?: string | undefined },
  from: RowKey | null,
  limit: number,
): Promise<Package[]> {
  const isWanted = {
    ARCHIVED: isNotNull(packages.archivedAt),
    NOT_ARCHIVED: isNull(packages.archivedAt),
    ALL: undefined,
  }[archive]
  const rows = await db
    .select()
    .from(packages)
    .where(
      and(
        eq(packages.environmentId, environmentId),
        isWanted,
        search === undefined
          ? undefined
          : or(
              eq(packages.id, search),
              hasText(packages.name, search),
              hasTextInList(packages.aliases, 'name', search),
            ),
        after(packages, from),
      ),
    )
    .orderBy(asc(packages.createdAt), asc(packages.id))
    .limit(limit)
  return rows.map(fromPackageRow)
}

export async function isPackageKeyUsed(
  db: Database,
  environmentId: string,
  uniquenessKey: string,
): Promise<boolean> {
  const isKey = eq(packages.uniquenessKey, uniquenessKey)
  const row = await db
    .select({ id: packages.id })
    .from(packages)
    .where(and(eq(packages.environmentId, environmentId), isKey))
    .get()
  return row !== undefined
}

/** The packages that hold aliases of these names, at whatever time, archived ones included. */
export async function loadPackageHolders(
  db: Database,
  environmentId: string,
  names: string[],
): Promise<PackageHolders> {
  const loaded = await loadHolders(db, packages, environmentId, names)
  return { ...loaded, holders: loaded.holders.map(fromPackageRow) }
}

/**
 * Writes a new package, and the packages that lose aliases to it. False, with nothing written,
 * when other packages hold the aliases by now than the change was decided on.
 * @param others what is written with it
 */
export async function insertPackage(
  db: Database,
  environmentId: string,
  pack: Package,
  holders: PackageHolders,
  released: Package[],
  others: BatchItem<'sqlite'>[] = [],
): Promise<boolean> {
  const name = unlessChanged(packages, environmentId, sql`${pack.name}`, holders)
  return writeUnlessChanged(() =>
    db.batch([
      db.insert(packages).values({ ...pack, environmentId, name }),
      ...others,
      ...released.map((other) => writeAliases(db, packages, environmentId, other)),
    ]),
  )
}

/** Members that are left out stay as they are. */
export interface PackageChanges {
  name?: string | undefined
  aliases?: Package['aliases'] | undefined
}

/** Changes what a package is called, and the packages that lose aliases; false as for `insertPackage`. */
export async function updatePackage(
  db: Database,
  environmentId: string,
  { id }: Package,
  { name: newName, aliases }: PackageChanges,
  holders: PackageHolders,
  released: Package[],
): Promise<boolean> {
  // Another one may be renaming what only gets aliases.
  const next = newName === undefined ? sql`${packages.name}` : sql`${newName}`
  const name = unlessChanged(packages, environmentId, next, holders)
  return writeUnlessChanged(() =>
    db.batch([
      db
        .update(packages)
        .set({ name, ...(aliases && { aliases }) })
        .where(isPackage(environmentId, id)),
      ...released.map((other) => writeAliases(db, packages, environmentId, other)),
    ]),
  )
}

/** Archives a package; false when the environment has no such package. Repeating changes nothing. */
export async function archivePackage(
  db: Database,
  environmentId: string,
  id: string,
  now: number,
): Promise<boolean> {
  const pack = await findPackage(db, environmentId, id)
  if (pack === null) return false
  if (pack.archivedAt === null) {
    await db.update(packages).set({ archivedAt: now }).where(isPackage(environmentId, id))
  }
  return true
}

function isPackage(environmentId: string, id: string) {
  return and(eq(packages.environmentId, environmentId), eq(packages.id, id))
}
