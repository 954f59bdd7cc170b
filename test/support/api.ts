import { env, exports } from 'cloudflare:workers'
import { createToken } from '../../src/actions/create-token.ts'
import type { Environment, EnvironmentSettings } from '../../src/core/environment.ts'
import { openDatabase } from '../../src/db/database.ts'
import { environments } from '../../src/db/schema.ts'
import type { Env } from '../../src/env.ts'
import type { TokenScope } from '../../src/http/access.ts'

const bindings = env as unknown as Env
const worker = (exports as unknown as { default: Fetcher }).default

/** Where the clock of a test's environment stands unless it says otherwise. */
export const TEST_NOW = Date.UTC(2026, 2, 10, 12)

export interface Answer {
  status: number
  /** The parsed JSON body; null when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  body: any
  /** The body as sent, for looking at the digits of its numbers. */
  text: string
  headers: Headers
}

export interface TestApi {
  environmentId: string
  token: string
  call: (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>
}

interface TestEnvironment {
  kind?: Environment['kind']
  /** Null: real time. */
  clockMs?: number | null
  settings?: EnvironmentSettings
  scope?: TokenScope
}

/** A fresh environment with a token named `test`, and a client that calls the Worker with it. */
export async function createTestApi(options: TestEnvironment = {}): Promise<TestApi> {
  const { kind = 'SANDBOX', clockMs = TEST_NOW, settings = {}, scope = 'full' } = options
  const db = openDatabase(bindings.DB)
  const environment = { id: crypto.randomUUID(), kind, name: 'test', clockMs, settings }
  const now = Date.now()
  await db.insert(environments).values({ ...environment, createdAt: now })
  return connect(environment, await issueToken(environment, scope))
}

/** A client of the same environment with a token of another scope. */
export async function withScope(api: TestApi, scope: TokenScope): Promise<TestApi> {
  const environment = { id: api.environmentId, kind: 'SANDBOX' as const }
  return connect(environment, await issueToken(environment, scope))
}

async function issueToken(environment: Pick<Environment, 'id' | 'kind'>, scope: TokenScope) {
  const db = openDatabase(bindings.DB)
  const input = { id: crypto.randomUUID(), name: 'test', scope }
  return (await createToken(db, environment, input, Date.now())).token
}

/** Texts and bytes are sent as they are: malformed JSON, numbers of many digits, compressed bodies. */
function toBody(body: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined || typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}

function connect(environment: { id: string }, token: string): TestApi {
  return {
    environmentId: environment.id,
    token,
    call: async (method, path, body, headers = {}) => {
      const response = await worker.fetch(
        new Request(`http://tactus.test${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          body: toBody(body),
        }),
      )
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
      const { status } = response
      return { status, body: isJson ? JSON.parse(text) : null, text, headers: response.headers }
    },
  }
}
