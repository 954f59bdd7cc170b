import type { Env } from '../env.ts'

/** Below this many characters a secret is refused; 64 hex digits are what the scripts make. */
const SECRET_CHARACTERS_MIN = 32

export interface SecretKeys {
  /** Seals session cookies (AES-256-GCM). */
  session: CryptoKey
  /** Derives a session's CSRF token from its id (HMAC-SHA-256). */
  csrf: CryptoKey
  /** Signs the URLs of embedded pages (HMAC-SHA-256). */
  embed: CryptoKey
}

type Usage = 'encrypt' | 'decrypt' | 'sign' | 'verify'

let derived: { secret: string; keys: Promise<SecretKeys | null> } | undefined

/**
 * The keys that are derived from `SESSION_SECRET`, each for one purpose; null while none is set.
 * The secret is kept apart from the database on purpose: cookies and URLs name tokens and customers
 * that whoever reads the database knows.
 */
export function readSecretKeys(env: Env): Promise<SecretKeys | null> {
  const secret = env.SESSION_SECRET ?? ''
  if (derived?.secret !== secret) derived = { secret, keys: deriveKeys(secret) }
  return derived.keys
}

async function deriveKeys(secret: string): Promise<SecretKeys | null> {
  if (secret.length < SECRET_CHARACTERS_MIN) return null
  const bytes = new TextEncoder().encode(secret)
  const root = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  const derive = (purpose: string, algorithm: SubtleCryptoImportKeyAlgorithm, usages: Usage[]) =>
    crypto.subtle.deriveKey(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: new Uint8Array(32),
        info: new TextEncoder().encode(`tactus ${purpose}`),
      },
      root,
      algorithm,
      false,
      usages,
    )
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  return {
    session: await derive('session', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']),
    csrf: await derive('csrf', hmac, ['sign', 'verify']),
    embed: await derive('embed', hmac, ['sign', 'verify']),
  }
}

export const NO_SECRET =
  'This server has no SESSION_SECRET, which signing in and embedding need: a random text of at least 32 characters.'
