import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A short hash of the names and contents of files, given by themselves or by their folders. */
export function hashFiles(paths: string[], { except }: { except?: string } = {}): string {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(listFiles)) {
    if (except !== undefined && path.startsWith(except)) continue
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

function listFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
