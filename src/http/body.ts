import { pipeline, Readable } from 'node:stream'
import { createGunzip, createInflate, gunzipSync, inflateSync } from 'node:zlib'
import { createMiddleware } from 'hono/factory'
import { ExactNumber, parseJson } from '../core/json-number.ts'
import { ok, RefusalError, refuse, type Result } from '../core/result.ts'
import type { AppEnv } from './context.ts'
import { fail } from './errors.ts'

/** Bodies of configuration requests; ingest has a limit of its own. */
export const BODY_BYTES_MAX = 1024 * 1024

/**
 * Reads the body once, exactly: its numbers keep all their digits. Handlers and validators get it
 * from `c.req.json()` as usual. An empty body counts as `{}`.
 */
export const readBody = createMiddleware<AppEnv>(async (c, next) => {
  const read = await readText(c.req.raw, BODY_BYTES_MAX)
  if (!read.ok) return fail(c, read.error)
  const text = read.value
  const contentType = c.req.header('content-type') ?? ''
  if (text.trim() !== '' && !/^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
    return c.json(
      { message: 'The request body must be JSON, sent with "Content-Type: application/json".' },
      400,
    )
  }
  let body: unknown
  try {
    body = text.trim() === '' ? {} : parseJson(text)
  } catch (error) {
    return c.json({ message: notJson(error) }, 400)
  }
  c.set('exactNumbers', listExactNumbers(body))
  c.req.text = () => Promise.resolve(text)
  c.req.json = <T>() => Promise.resolve(body as T)
  return await next()
})

function listExactNumbers(body: unknown): ExactNumber[] {
  const found: ExactNumber[] = []
  const rest: unknown[] = [body]
  while (rest.length > 0) {
    const value = rest.pop()
    if (value instanceof ExactNumber) found.push(value)
    else if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value)) rest.push(member)
    }
  }
  return found
}

/** What is wrong with a text that is no JSON. */
export function notJson(error: unknown): string {
  return `The request body is not valid JSON: ${messageOf(error)}`
}

/**
 * The body's text, decoded as its Content-Encoding says.
 * @param bytesMax of the decoded body: nothing beyond is read or decompressed (`too_large`)
 */
export async function readText(request: Request, bytesMax: number): Promise<Result<string>> {
  const encoding = readEncoding(request)
  if (!encoding.ok) return encoding
  // A sender is held to the length that it announces, so the body needs no watching; the platform
  // reads it whole at a fraction of the cost.
  const length = Number(request.headers.get('content-length') ?? NaN)
  if (encoding.value === 'identity' && length <= bytesMax) {
    return decodeText([new Uint8Array(await request.arrayBuffer())])
  }
  const sent = await readBytes(request, bytesMax)
  if (sent === null) return refuse('too_large', tooLarge(bytesMax))
  if (encoding.value === 'identity' || sent.length === 0) return decodeText(sent)
  const decompress = encoding.value === 'gzip' ? gunzipSync : inflateSync
  try {
    return decodeText([decompress(Buffer.concat(sent), { maxOutputLength: bytesMax })])
  } catch (error) {
    // The only range that can be passed is the length of the output.
    if (error instanceof RangeError) return refuse('too_large', tooLarge(bytesMax))
    return refuse('invalid', undecodable(encoding.value, error))
  }
}

/**
 * The body as a stream, decoded as its Content-Encoding says; it is read as fast as it is consumed,
 * and never held whole.
 * @param bytesMax of the decoded body
 * @returns a stream that throws `RefusalError` where the body is too large or not what it claims to be
 */
export function streamBody(request: Request, bytesMax: number): Result<AsyncIterable<Uint8Array>> {
  const encoding = readEncoding(request)
  if (!encoding.ok) return encoding
  const body = (request.body ?? []) as AsyncIterable<Uint8Array>
  if (encoding.value === 'identity') return ok(bounded(body, bytesMax))
  return ok(bounded(decompressed(body, encoding.value), bytesMax))
}

async function* bounded(
  parts: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const part of parts) {
    bytes += part.byteLength
    if (bytes > bytesMax) throw new RefusalError({ code: 'too_large', message: tooLarge(bytesMax) })
    yield part
  }
}

const STREAM_CHUNK_BYTES = 64 * 1024

async function* decompressed(
  body: AsyncIterable<Uint8Array>,
  encoding: 'gzip' | 'deflate',
): AsyncGenerator<Uint8Array> {
  const create = encoding === 'gzip' ? createGunzip : createInflate
  const decompressor = create({ chunkSize: STREAM_CHUNK_BYTES })
  // The stream that is read below reports every error; the pipeline only passes it on.
  pipeline(Readable.from(body), decompressor, () => {})
  try {
    yield* decompressor as AsyncIterable<Uint8Array>
  } catch (error) {
    throw new RefusalError({ code: 'invalid', message: undecodable(encoding, error) })
  }
}

type Encoding = 'identity' | 'gzip' | 'deflate'

const ENCODINGS = new Map<string, Encoding>([
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
])

function readEncoding(request: Request): Result<Encoding> {
  const sent = request.headers.get('content-encoding') ?? ''
  const encoding = ENCODINGS.get(sent.trim().toLowerCase())
  if (encoding !== undefined) return ok(encoding)
  return refuse(
    'invalid',
    `Content-Encoding: ${JSON.stringify(sent)} is not supported; send gzip, deflate or none.`,
  )
}

/** The body as sent, or null when it is larger than allowed; no more than that is ever read. */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array[] | null> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return null
  const { body } = request
  const parts: Uint8Array[] = []
  if (body === null) return parts
  let bytes = 0
  for await (const part of body as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength
    if (bytes > bytesMax) return null
    parts.push(part)
  }
  return parts
}

/** Bytes that are no UTF-8 are refused: decoded leniently, different ids would become the same. */
function decodeText(parts: Uint8Array[]): Result<string> {
  try {
    return ok(decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)))
  } catch {
    return refuse('invalid', NOT_UTF8)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

export const NOT_UTF8 = 'The request body is not valid UTF-8.'

function tooLarge(bytesMax: number): string {
  return `The request body exceeds ${bytesMax} bytes.`
}

function undecodable(encoding: string, error: unknown): string {
  return `The request body is not valid ${encoding}, as its Content-Encoding says it is: ${messageOf(error)}.`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
