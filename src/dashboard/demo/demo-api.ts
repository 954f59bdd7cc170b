/** Asks the API on behalf of one environment, whichever the page is in by then. */
export interface DemoApi {
  /** @param once said again with the same text, it makes nothing a second time */
  post: <Answer = unknown>(path: string, body: unknown, once?: string) => Promise<Answer>
}

/** A client of the sandbox that a token is for. */
export function demoApi(url: string, token: string): DemoApi {
  return {
    async post<Answer>(path: string, body: unknown, once?: string) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(once !== undefined && { 'idempotency-key': once }),
        },
        body: JSON.stringify(body),
      })
      const answer = (await response.json()) as Answer & { message?: string }
      if (!response.ok) throw new Error(`${path}: ${answer.message ?? response.status}`)
      return answer
    },
  }
}
