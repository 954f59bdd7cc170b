import { defineConfig } from 'drizzle-kit'

/** `npm run generate-migration` compares `src/db/*schema.ts` with the last snapshot and writes SQL. */
export default defineConfig({
  dialect: 'sqlite',
  schema: './src/db/*schema.ts',
  out: './migrations',
})
