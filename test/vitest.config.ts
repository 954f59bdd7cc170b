import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { buildAssets } from '../scripts/local/build-assets.ts'

/**
 * Four kinds of test: `core` runs the pure functions in plain Node, `worker` runs inside workerd
 * with real D1 (and the real migrations), Durable Objects and queues, `sim` plays
 * random months of the whole installation in one Node process, `server` drives the `npm start`
 * server as a client does.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'core',
          root: '.',
          include: ['test/core/**/*.test.ts', 'test/*.test.ts'],
          // On two cores that run other things as well.
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => {
            await buildAssets()
            return {
              main: './src/index.ts',
              wrangler: { configPath: './wrangler.toml' },
              miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations('./migrations') } },
            }
          }),
        ],
        test: {
          name: 'worker',
          root: '.',
          include: ['test/{actions,db,http,objects,jobs}/**/*.test.ts'],
          // On two cores that run other things as well.
          testTimeout: 30_000,
          setupFiles: ['./test/support/apply-migrations.ts'],
        },
      },
      {
        test: {
          name: 'sim',
          root: '.',
          include: ['test/sim/**/*.test.ts'],
          // On two cores that run other things as well.
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'server',
          root: '.',
          include: ['test/server/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
