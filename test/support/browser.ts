import { exports } from 'cloudflare:workers'
import type { Answer } from './api.ts'

const worker = (exports as unknown as { default: Fetcher }).default

export interface Browser {
  /** As a page of the site calls: with its cookie and its CSRF token, unless headers say otherwise. */
  call: (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>
  signIn: (token: string) => Promise<Answer>
  /** The `Cookie` header that it sends. */
  cookie: () => string
  setCookie: (cookie: string) => void
  csrfToken: () => string
}

/** A browser that shows a page of the site at this origin. */
export function createBrowser(origin = 'https://tactus.test'): Browser {
  let cookie = ''
  let csrf = ''
  const call: Browser['call'] = async (method, path, body, headers = {}) => {
    const response = await worker.fetch(
      new Request(`${origin}${path}`, {
        method,
        headers: {
          ...(cookie !== '' && { cookie }),
          ...(method !== 'GET' && { origin, 'x-tactus-csrf': csrf }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const set = /^(tactus_session=([^;]*))/.exec(response.headers.get('set-cookie') ?? '')
    if (set !== null) cookie = set[2] === '' ? '' : set[1]!
    const text = await response.text()
    const parsed: Answer['body'] = JSON.parse(text)
    csrf = parsed.data?.csrf ?? csrf
    return { status: response.status, body: parsed, text, headers: response.headers }
  }
  return {
    call,
    signIn: (token) => call('POST', '/session', { token }),
    cookie: () => cookie,
    setCookie: (changed) => (cookie = changed),
    csrfToken: () => csrf,
  }
}
