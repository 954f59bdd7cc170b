import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Runs the project's wrangler and returns what it printed to its standard output. */
export async function runWrangler(args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [wranglerScript(), ...args], {
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`wrangler ${args[0]} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

export function wranglerScript(): string {
  return join(
    dirname(fileURLToPath(import.meta.resolve('wrangler/package.json'))),
    'bin',
    'wrangler.js',
  )
}
