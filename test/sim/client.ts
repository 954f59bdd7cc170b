import { NO_FAULTS, type FaultRates } from './platform/faults.ts'
import type { World } from './platform/world.ts'

const TRIES_MAX = 12
/** From this try on nothing fails any more. */
const CALM_TRY = 6
const RETRY_MS = 5_000

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read as they come
export type Json = any

export interface Answer {
  status: number
  /** Numbers are texts with all their digits. */
  body: Json
}

export interface Ask {
  method: 'GET' | 'POST'
  path: string
  body?: unknown
  /** Sent as Idempotency-Key. */
  key?: string
}

/** A client of the API that repeats what got no answer, as real clients do. */
export interface Client {
  /** Answers what the API answers in the end; faults may happen before. Only in `scheduler.until`. */
  ask: (ask: Ask) => Promise<Answer>
  /** The same for one request at a time, without faults, which must succeed. */
  read: (path: string, body?: unknown) => Promise<Json>
  /** Requests that got no answer, or one that asks for another try. */
  retries: number
}

export function createClient(world: World, token: string, faults: () => FaultRates): Client {
  const { scheduler } = world
  const send = async ({ method, path, body, key }: Ask): Promise<Answer> => {
    const { status, text } = await world.fetch(
      new Request(`http://tactus.test${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    return { status, body: text === '' ? null : parseExactly(text) }
  }
  const client: Client = {
    retries: 0,
    ask: async (ask) => {
      let failure: unknown
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        if (tries === CALM_TRY) world.setFaults(NO_FAULTS)
        try {
          const answer = await send(ask)
          if (!asksForAnotherTry(answer, ask)) return answer
          failure = new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
        } catch (error) {
          failure = error
        }
        client.retries += 1
        await scheduler.wait(RETRY_MS * 2 ** tries)
      }
      throw new Error(`${ask.method} ${ask.path} got no answer`, { cause: failure })
    },
    read: async (path, body) => {
      world.setFaults(NO_FAULTS)
      const method = body === undefined ? 'GET' : 'POST'
      const answer = await scheduler.until(() => client.ask({ method, path, body }))
      world.setFaults(faults())
      if (answer.status !== 200) {
        throw new Error(`${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`)
      }
      return answer.body
    },
  }
  return client
}

/** A request that has no key may be sent again after a 500, too: it reads, or says itself what it is. */
function asksForAnotherTry({ status, body }: Answer, { key }: Ask): boolean {
  if (status === 503 || status === 429) return true
  if (status === 500) return key === undefined
  return status === 409 && /Idempotency conflict/.test(String(body?.message))
}

function parseExactly(text: string): Json {
  return JSON.parse(text, (_, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? context!.source : value,
  )
}
