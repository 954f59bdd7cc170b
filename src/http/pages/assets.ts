import type { Env } from '../../env.ts'

/** Vite names the files in this folder after their contents. */
const HASHED_FILES = '/assets/'
/** Code, styles, pages and drawings; fonts are compressed in themselves. */
const TEXT = /^(?:text\/|application\/(?:javascript|json)|image\/svg)/
const API_PATHS = /^\/(?:v1|v2|session|embed|docs|openapi\.json)(?:\/|$)/

/** Whether a path is the API's, of which an unknown one is an error and not a page. */
export function isApiPath(path: string): boolean {
  return API_PATHS.test(path)
}

/** A file of the dashboard, or for any other path the dashboard itself, which knows its pages. */
export async function answerPage(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url)
  const found = await env.ASSETS.fetch(request)
  // It would have other spellings of a path, such as a slash in place of `%2F`, which are other pages.
  const isRedirect = found.status > 300 && found.status < 400 && found.status !== 304
  const page = new Request(new URL('/', request.url), request)
  const answer = isRedirect ? await env.ASSETS.fetch(page) : found
  const isHtml = answer.headers.get('content-type')?.startsWith('text/html') === true
  // A file of a former build: the dashboard's page would be taken for the code that was asked for.
  if (isHtml && pathname.startsWith(HASHED_FILES)) {
    return Response.json({ message: `No such file: ${pathname}` }, { status: 404 })
  }
  const headers = new Headers(answer.headers)
  const isHashed = pathname.startsWith(HASHED_FILES)
  headers.set('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (answer.status === 200 && mayCompress(request, headers)) compress(headers)
  return new Response(answer.body, { status: answer.status, headers })
}

/** Cloudflare's edge compresses what passes it, in better ways. */
function mayCompress(request: Request, headers: Headers): boolean {
  const accepted = request.headers.get('accept-encoding') ?? ''
  const isAtEdge = request.headers.has('cf-ray')
  return !isAtEdge && /\bgzip\b/.test(accepted) && TEXT.test(headers.get('content-type') ?? '')
}

/** The runtime encodes the body as its header says. */
function compress(headers: Headers): void {
  headers.set('content-encoding', 'gzip')
  headers.set('vary', 'accept-encoding')
  headers.delete('content-length')
  const tag = headers.get('etag')
  if (tag?.startsWith('"') === true) headers.set('etag', `W/${tag}`)
}
