import { createMiddleware } from 'hono/factory'
import { parseJson } from '../core/json-number.ts'
import type { AppContext, AppEnv } from './context.ts'

/** Bodies of configuration requests; ingest has a limit of its own. */
export const BODY_BYTES_MAX = 1024 * 1024

/**
 * Reads the body once, exactly: its numbers keep all their digits. Handlers and validators get it
 * from `c.req.json()` as usual. An empty body counts as `{}`.
 */
export const readBody = createMiddleware<AppEnv>(async (c, next) => {
  const text = await readText(c, BODY_BYTES_MAX)
  if (text === null) {
    return c.json({ message: `The request body exceeds ${BODY_BYTES_MAX} bytes.` }, 413)
  }
  const contentType = c.req.header('content-type') ?? ''
  if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
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
  c.req.text = () => Promise.resolve(text)
  c.req.json = <T>() => Promise.resolve(body as T)
  return await next()
})

/** What is wrong with a text that is no JSON. */
export function notJson(error: unknown): string {
  return `The request body is not valid JSON: ${error instanceof Error ? error.message : String(error)}`
}

/** The body's text, or null when it is larger than allowed; no more than that is ever read. */
export async function readText(c: AppContext, bytesMax: number): Promise<string | null> {
  if (Number(c.req.header('content-length') ?? 0) > bytesMax) return null
  const { body } = c.req.raw
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const part of body as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength
    if (bytes > bytesMax) return null
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}
