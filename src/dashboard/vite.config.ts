import { join } from 'node:path'
import { defineConfig } from 'vite'

/** Two pages: the operator's dashboard and what others embed in theirs. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'es2024',
    // The content security policy allows no inline code, and fonts and images from the host only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ['index.html', 'embed.html'].map((page) => join(import.meta.dirname, page)),
    },
  },
})
