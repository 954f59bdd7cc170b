import { join } from 'node:path'
import { defineConfig } from 'vite'

/** The server that `vite dev` asks; its session cookie works through the proxy. */
const SERVER = process.env['TACTUS_URL'] ?? 'http://localhost:8787'
const API_PATHS = ['/v1', '/v2', '/session', '/docs', '/openapi.json', '/embed/']

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
      // "use client" means nothing here.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  server: {
    proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: SERVER, ws: true }])),
  },
})
