import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib'

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants

// Quality 1 packs events as tightly as gzip's level 1, in half of its time; the levels above it
// cost more than the rest of the ingest path.
const QUALITY = 1
/** A window of 512 KiB: no text that is stored is much longer. */
const WINDOW_BITS = 19

const [OPEN, COMMA, CLOSE] = [91, 44, 93] as const
const encoder = new TextEncoder()
// One for all: a fresh one of this size costs more than what is written to it.
let scratch = new Uint8Array(64 * 1024)

/**
 * The blob of a JSON array.
 * @param elements at least one: JSON texts of one element, or of several, separated by commas
 */
export function compressArray(elements: readonly string[]): Uint8Array {
  let units = 0
  for (const element of elements) units += element.length + 1
  // A UTF-16 unit takes three bytes at most.
  if (scratch.length < units * 3 + 2) scratch = new Uint8Array(units * 3 + 2)
  let end = 0
  for (const element of elements) {
    scratch[end] = end === 0 ? OPEN : COMMA
    end += 1 + encoder.encodeInto(element, scratch.subarray(end + 1)).written
  }
  scratch[end] = CLOSE
  return brotliCompressSync(scratch.subarray(0, end + 1), {
    // Events are packed to a fifth or less: most often, this holds all of it.
    chunkSize: (end >> 2) + 1_024,
    params: {
      [BROTLI_PARAM_QUALITY]: QUALITY,
      [BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [BROTLI_PARAM_SIZE_HINT]: end + 1,
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
