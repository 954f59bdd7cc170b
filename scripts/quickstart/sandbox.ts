import Metronome from '@metronome/sdk'

/** A step of the clock is repeated while work is left; more often than this, something is stuck. */
const REPEATS_MAX = 1_000

/** Makes an environment of our own, whose clock stands still until it is moved. */
export async function createSandbox(
  { url, token }: { url: string; token: string },
  { name, now }: { name: string; now: string },
): Promise<{ client: Metronome; token: string }> {
  const outer = new Metronome({ baseURL: url, bearerToken: token })
  const { data } = await outer.post<{ data: { token: string } }>('/v1/sandboxes', {
    body: { name, now },
  })
  return { client: new Metronome({ baseURL: url, bearerToken: data.token }), token: data.token }
}

/** Moves the sandbox's clock forward; what falls due on the way is done. */
export async function advanceClock(client: Metronome, now: string): Promise<void> {
  for (let i = 0; i < REPEATS_MAX; i += 1) {
    const { data } = await client.post<{ data: { done: boolean } }>('/v1/sandboxes/clock', {
      body: { now },
    })
    if (data.done) return
  }
  throw new Error(`the clock did not reach ${now}`)
}
