/** Asks the API on behalf of one environment, whichever the page is in by then: tokens go before cookies. */
export interface DemoApi {
  post: <Answer = unknown>(path: string, body: unknown) => Promise<Answer>
}

/**
 * A client of the sandbox that a token is for.
 * @param url empty for the server that the page is from
 */
export function demoApi(url: string, token: string): DemoApi {
  return {
    async post<Answer>(path: string, body: unknown) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const answer = (await response.json()) as Answer & { message?: string }
      if (!response.ok) throw new Error(`${path}: ${answer.message ?? response.status}`)
      return answer
    },
  }
}
