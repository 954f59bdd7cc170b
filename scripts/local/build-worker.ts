import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashFiles } from './hash-files.ts'
import { runWrangler } from './run-wrangler.ts'

const SOURCES = ['src', 'wrangler.toml', 'tsconfig.json', 'package-lock.json']
const BUILDS = 'dist'

/**
 * Bundles the Worker with wrangler, as `wrangler deploy` would, and returns the script's path.
 * Unchanged sources are not built twice: a build is kept under the hash of what it was made from.
 */
export async function buildWorker(): Promise<string> {
  const directory = join(
    BUILDS,
    `worker-${hashFiles(SOURCES, { except: join('src', 'dashboard') })}`,
  )
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
