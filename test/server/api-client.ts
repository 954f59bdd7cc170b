/** Calls a running server as a client that speaks JSON; numbers keep the digits they were written with. */
export interface ApiClient {
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<unknown>
  get: (path: string) => Promise<unknown>
}

export function connect({ url, token }: { url: string; token: string }): ApiClient {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    more?: Record<string, string>,
  ) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return parseKeepingDigits(text)
  }
  return {
    post: (path, body, headers) => call('POST', path, body, headers),
    get: (path) => call('GET', path),
  }
}

/** Makes a sandbox and answers a client for it. Without `now` it runs in real time. */
export async function createSandbox(url: string, now?: string): Promise<ApiClient> {
  const outer = connect({ url, token: 'tactus_sandbox_local' })
  const { data } = (await outer.post('/v1/sandboxes', { name: 'test', now })) as {
    data: { token: string }
  }
  return connect({ url, token: data.token })
}

function parseKeepingDigits(text: string): unknown {
  const parse = JSON.parse as (
    json: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ) => unknown
  return parse(text, (_key, value, { source }) => (typeof value === 'number' ? source : value))
}
