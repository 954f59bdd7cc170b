import { build, type Plugin } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'

/** A change of one source file, whose `before` must be there exactly once. */
export interface Patch {
  file: string
  before: string
  after: string
}

/** Bundles the Worker and its objects as they are deployed, with some patches of their sources. */
export async function bundleWorker(patches: readonly Patch[] = []): Promise<string> {
  const applied = new Set<Patch>()
  const { outputFiles } = await build({
    entryPoints: ['src/index.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [platformModule, patching(patches, applied)],
  })
  const missed = patches.filter((patch) => !applied.has(patch))
  if (missed.length > 0)
    throw new Error(`not bundled: ${missed.map(({ file }) => file).join(', ')}`)
  return outputFiles[0]!.text
}

const platformModule: Plugin = {
  name: 'cloudflare:workers',
  setup: (context) => {
    context.onResolve({ filter: /^cloudflare:workers$/ }, ({ path }) => ({
      path,
      namespace: 'platform',
    }))
    context.onLoad({ filter: /.*/, namespace: 'platform' }, () => ({
      contents: `export class DurableObject {
        constructor(ctx, env) { this.ctx = ctx; this.env = env }
      }
      export function waitUntil() {}`,
    }))
  },
}

function patching(patches: readonly Patch[], applied: Set<Patch>): Plugin {
  const files = Map.groupBy(patches, ({ file }) => file)
  return {
    name: 'patches',
    setup: (context) => {
      context.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
        const found = files.get(relative(process.cwd(), path))
        if (found === undefined) return undefined
        let text = await readFile(path, 'utf8')
        for (const patch of found) {
          const parts = text.split(patch.before)
          if (parts.length !== 2) {
            throw new Error(`${patch.file} has ${parts.length - 1} times: ${patch.before}`)
          }
          text = parts.join(patch.after)
          applied.add(patch)
        }
        return { contents: text, loader: 'ts' }
      })
    },
  }
}
