import { buildAssets } from './local/build-assets.ts'

/** `npm run build-assets`: everything that the Worker serves as a file, in `dist/assets`. */
await buildAssets()
