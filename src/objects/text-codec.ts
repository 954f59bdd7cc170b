import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib'

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants

// Quality 1 packs events as tightly as gzip's level 1, in half of its time; the levels above it
// cost more than the rest of the ingest path.
const QUALITY = 1
/** A window of 512 KiB: no text that is stored is much longer. */
const WINDOW_BITS = 19

/** How texts are stored in blobs. */
export function compressText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8')
  return brotliCompressSync(bytes, {
    // What is packed takes a fraction of this, so that it comes in one piece.
    chunkSize: Math.max(bytes.byteLength >> 1, 1_024),
    params: {
      [BROTLI_PARAM_QUALITY]: QUALITY,
      [BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
    },
  })
}

const GZIP_FIRST_BYTE = 0x1f

/** The text of a blob; texts of older stores are packed by gzip, which brotli's do not look like. */
export function expandText(blob: ArrayBuffer | Uint8Array): string {
  const bytes = blob instanceof Uint8Array ? blob : new Uint8Array(blob)
  const expand = bytes[0] === GZIP_FIRST_BYTE ? gunzipSync : brotliDecompressSync
  return expand(bytes).toString('utf8')
}
