import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { buildAssets } from '../scripts/local/build-assets.ts'
import { buildWorker } from '../scripts/local/build-worker.ts'

/** Packages in many files of which each test file loads what it imports. */
const BUNDLED_PACKAGES = [
  '@hono/zod-openapi',
  'decimal.js',
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/sqlite-core',
  'fast-check',
  'hono',
  'hono/factory',
  'hono/html',
  'node-sql-parser/build/postgresql.js',
  'temporal-polyfill',
  'uuid',
  'zod',
]

/**
 * Five kinds of test: `core` runs the pure functions in plain Node, `worker` runs inside workerd
 * with real D1 (and the real migrations), Durable Objects and queues, `sim` plays
 * random months of the whole installation in one Node process, `server` drives the `npm start`
 * server as a client does, `browser` drives the dashboard as a person does.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'core',
          root: '.',
          include: ['test/{core,dashboard,documents}/**/*.test.ts', 'test/*.test.ts'],
          // On two cores that run other things as well.
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => {
            await buildAssets()
            return {
              // Every test file loads the Worker anew: as one file, a second each instead of four.
              main: await buildWorker(),
              wrangler: { configPath: './wrangler.toml' },
              miniflare: {
                modulesRules: [{ type: 'ESModule', include: ['**/dist/worker-*/index.js'] }],
                bindings: {
                  TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                  SESSION_SECRET: 'a secret of tests, of more than 32 characters',
                },
              },
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
          deps: { optimizer: { ssr: { enabled: true, include: BUNDLED_PACKAGES } } },
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
      {
        test: {
          name: 'browser',
          root: '.',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['./test/browser/global-setup.ts'],
          // On two cores that run other things as well.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
