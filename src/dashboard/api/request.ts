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
}

let csrf = ''
let onSignedOut = () => {}

/** Every request but GET carries this text, which the session hands out. */
export function setCsrf(text: string): void {
  csrf = text
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
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { query = {}, body, signal }: Options = {},
): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') headers['x-tactus-csrf'] = csrf
  const response = await fetch(path + toSearch(query), {
    method,
    headers,
    credentials: 'same-origin',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    throw new ApiError(0, { message: 'The server cannot be reached.' })
  })
  const text = await response.text()
  const answer = readJson(text)
  if (response.ok) return answer as Answer
  if (response.status === 401 && !path.startsWith('/session')) onSignedOut()
  throw new ApiError(response.status, (answer ?? {}) as Record<string, unknown>)
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
