import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

/** Fails when `src/db/*schema.ts` says something that no migration does. */
const copy = mkdtempSync(join(tmpdir(), 'tactus-migrations-'))
try {
  cpSync('migrations', copy, { recursive: true })
  const { stdout, stderr } = spawnSync(
    'drizzle-kit',
    // A relative path: drizzle-kit puts `./` before any.
    [
      'generate',
      '--dialect=sqlite',
      '--schema=./src/db/*schema.ts',
      `--out=${relative('.', copy)}`,
    ],
    { encoding: 'utf8' },
  )
  // Its exit code is 0 even when it failed.
  if (!stdout.includes('No schema changes')) {
    console.error(stdout + stderr)
    console.error('src/db/*schema.ts and migrations/ differ: run `npm run generate-migration`.')
    process.exitCode = 1
  }
} finally {
  rmSync(copy, { recursive: true })
}
