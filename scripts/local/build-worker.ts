import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runWrangler } from './run-wrangler.ts'

const SOURCES = ['src', 'wrangler.toml', 'tsconfig.json', 'package-lock.json']
const BUILDS = 'dist'

/**
 * Bundles the Worker with wrangler, as `wrangler deploy` would, and returns the script's path.
 * Unchanged sources are not built twice: a build is kept under the hash of what it was made from.
 */
export async function buildWorker(): Promise<string> {
  const directory = join(BUILDS, `worker-${hashSources()}`)
  const script = join(directory, 'index.js')
  if (existsSync(script)) return script

  // Built aside and moved into place, so that no other start sees half a build.
  const aside = `${directory}.${process.pid}`
  try {
    await runWrangler(['deploy', '--dry-run', '--outdir', aside])
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
  mkdirSync(BUILDS, { recursive: true })
  for (const name of readdirSync(BUILDS)) {
    if (/^worker-[0-9a-f]+$/.test(name)) rmSync(join(BUILDS, name), { recursive: true })
  }
  renameSync(aside, directory)
  return script
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap(listFiles)) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

function listFiles(path: string): string[] {
  if (path.includes('.')) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
