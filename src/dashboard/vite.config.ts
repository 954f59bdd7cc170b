import { join } from 'node:path'
import { defineConfig } from 'vite'

/** The server that `vite dev` asks; its session cookie works through the proxy. */
const SERVER = process.env['TACTUS_URL'] ?? 'http://localhost:8787'
const API_PATHS = ['/v1', '/v2', '/session', '/docs', '/openapi.json', '/embed/']

/** What embedded pages use as well, and what only pages of the dashboard use. */
const NUMBERS = /src\/(?:dashboard\/format\/(?:decimal-text|money|time-text)|core\/json-number)\.ts/
const SHARED =
  /src\/dashboard\/(?:api|components|format)\/(?!chart-canvas|sql-editor-view|use-live-drafts)/

/** Two pages: the operator's dashboard and what others embed in theirs. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: join(import.meta.dirname, '../../dist/assets'),
    emptyOutDir: true,
    target: 'es2024',
    // The content security policy allows no inline code, and fonts and images from the host only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'embed.html'].map((page) => join(import.meta.dirname, page)),
      // What most pages are made of comes as one file: a dozen small ones take a connection each.
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /node_modules\/(?:react|react-dom|scheduler)\//,
              priority: 3,
            },
            { name: 'numbers', test: NUMBERS, priority: 2 },
            { name: 'shared', test: SHARED, priority: 1 },
          ],
        },
      },
      // "use client" means nothing here.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  server: {
    proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: SERVER, ws: true }])),
  },
})
