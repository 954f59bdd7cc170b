import { parseJson } from '../../core/json-number.ts'

/** Why a request was refused, in the words of the server. */
export class ApiError extends Error {
  readonly status: number
  /** The whole answer: refused SQL says where in it. */
  readonly body: Record<string, unknown>
  constructor(status: number, body: Record<string, unknown>) {
    const { message } = body
    super(typeof message === 'string' ? message : `The server answered ${status}.`)
    this.status = status
    this.body = body
  }
}

/** Values of a query; those that are undefined or empty are left out, lists are repeated. */
export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

interface Options {
  query?: Query
  body?: unknown
  signal?: AbortSignal
  /** The id of another environment of the session than the one that pages show. */
  environment?: string
  /** Said again with the same key, the request does nothing again. */
  idempotencyKey?: string
  /** What is preferred of the answer, such as `return=representation`. */
  prefer?: string
}

let session: { csrf: string | null; current: string | null } = { csrf: null, current: null }
let onSignedOut = () => {}

/**
 * Every request names the environment that this page shows: another tab may have switched to
 * another one since. Every request but GET carries the text against forgery.
 */
export function setSession(read: { csrf: string | null; current: string | null }): void {
  session = read
}

/** What happens when the server no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/**
 * Asks the API. Numbers of more digits than a float keeps come as `ExactNumber`, whatever the type
 * says; `decimalText` reads both.
 * @throws ApiError for every answer but 2xx
 */
export async function request<Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  { query = {}, body, signal, environment, idempotencyKey, prefer }: Options = {},
): Promise<Answer> {
  const headers = headersOf(method, path)
  if (environment !== undefined) headers['x-tactus-environment'] = environment
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey
  if (prefer !== undefined) headers['prefer'] = prefer
  if (body !== undefined) headers['content-type'] = 'application/json'
  const response = await send(path + toSearch(query), {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  return readJson(await response.text()) as Answer
}

/**
 * A file of the API, such as an invoice in print.
 * @throws ApiError for every answer but 2xx
 */
export async function download(path: string): Promise<Blob> {
  const response = await send(path, { method: 'GET', headers: headersOf('GET', path) })
  return response.blob()
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch(
    (error: unknown) => {
      if (init.signal?.aborted === true) throw error
      throw new ApiError(0, { message: 'The server cannot be reached.' })
    },
  )
  if (response.ok) return response
  const answer = readJson(await response.text())
  if (response.status === 401 && !path.startsWith('/session')) onSignedOut()
  throw new ApiError(response.status, (answer ?? {}) as Record<string, unknown>)
}

function headersOf(method: string, path: string): Record<string, string> {
  const { csrf, current } = session
  return {
    accept: 'application/json',
    ...(method !== 'GET' && csrf !== null && { 'x-tactus-csrf': csrf }),
    ...(!path.startsWith('/session') && current !== null && { 'x-tactus-environment': current }),
  }
}

export function get<Answer>(path: string, query?: Query, signal?: AbortSignal): Promise<Answer> {
  return request('GET', path, { ...(query && { query }), ...(signal && { signal }) })
}

export function post<Answer>(path: string, body: unknown, query?: Query): Promise<Answer> {
  return request('POST', path, { body, ...(query && { query }) })
}

export function toSearch(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

function readJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
