import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The local `SESSION_SECRET`, made once and kept in the state folder beside what it protects, so
 * that sessions outlive a restart. The file is one that `wrangler dev --env-file` reads.
 */
export function keepSessionSecret(statePath: string): { file: string; secret: string } {
  const file = join(statePath, 'session-secret.env')
  if (!existsSync(file)) {
    const text = `SESSION_SECRET=${randomBytes(32).toString('hex')}\n`
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
  }
  const secret = readFileSync(file, 'utf8').trim().replace('SESSION_SECRET=', '')
  return { file, secret }
}
