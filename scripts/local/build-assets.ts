import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { copyFonts } from './copy-fonts.ts'
import { hashFiles } from './hash-files.ts'

/** What the build is made from: of the rest of the source the dashboard imports types only. */
const SOURCES = [
  'src/dashboard',
  'src/core',
  'src/documents/fonts',
  'package-lock.json',
  import.meta.filename,
]
/** The `[assets]` directory of `wrangler.toml`. */
const ASSETS = join('dist', 'assets')
/** Beside the folder, not in it: everything in it is served. */
const HASH_FILE = `${ASSETS}.hash`
/** Where two starts build at once, one waits for what the other puts into place. */
const [WAITS_MAX, WAIT_MS] = [20, 50]

/** Builds the dashboard and puts the fonts of invoices into `dist/assets`, unless what is there was made from the same sources. */
export async function buildAssets(): Promise<void> {
  const hash = hashFiles(SOURCES)
  if (isBuilt(hash)) return

  // Built aside and moved into place, so that no other start sees half a build.
  const aside = `${ASSETS}.${process.pid}`
  try {
    await promisify(execFile)(process.execPath, viteArguments(aside), { env: viteEnvironment() })
    copyFonts(join(aside, 'fonts'))
    rmSync(HASH_FILE, { force: true })
    rmSync(ASSETS, { recursive: true, force: true })
    mkdirSync(dirname(ASSETS), { recursive: true })
    renameSync(aside, ASSETS)
    writeFileSync(HASH_FILE, hash)
  } catch (error) {
    // Another start may be putting the same build there at this moment.
    for (let waits = 0; waits < WAITS_MAX; waits++) {
      if (isBuilt(hash)) return
      await setTimeout(WAIT_MS)
    }
    const { stdout = '', stderr = String(error) } = error as { stdout?: string; stderr?: string }
    throw new Error(`vite build failed:\n${stdout}${stderr}`, { cause: error })
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Builds again after each change, until the process that it returns is ended. */
export function watchAssets(): ChildProcess {
  // What is built while one edits is not known by a hash.
  rmSync(HASH_FILE, { force: true })
  copyFonts(join(ASSETS, 'fonts'))
  const args = [...viteArguments(ASSETS), '--watch', '--emptyOutDir=false']
  return spawn(process.execPath, args, { stdio: 'inherit', env: viteEnvironment() })
}

function isBuilt(hash: string): boolean {
  return existsSync(ASSETS) && existsSync(HASH_FILE) && readFileSync(HASH_FILE, 'utf8') === hash
}

function viteArguments(directory: string): string[] {
  const packageFile = fileURLToPath(import.meta.resolve('vite/package.json'))
  const script = join(dirname(packageFile), 'bin', 'vite.js')
  const options = ['--outDir', resolve(directory), '--emptyOutDir', '--logLevel', 'warn']
  return [script, 'build', join('src', 'dashboard'), ...options]
}

/** Tests run under another NODE_ENV, in which React would be built with its development checks. */
function viteEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production' }
}
