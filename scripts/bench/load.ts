import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

/** More than any request takes on a machine that works. */
const RESPONSE_DEADLINE_MS = 30_000

export interface Load {
  port: number
  /** Each connection sends its next request when the one before it is answered. */
  connections: number
  /**
   * The next request of a connection, as bytes; null when there is nothing left to send. Its bytes
   * may be used again once it is answered.
   */
  next: (connection: number) => Buffer | null
  /** After so long, nothing more is sent. */
  secondsMax: number
  isGood: (response: Response) => boolean
}

export interface Response {
  status: number
  body: string
}

export interface LoadResult {
  requests: number
  seconds: number
  /** In the order of the answers. */
  latenciesMs: number[]
  /** CPU time of this process: near `seconds`, it is the driver that is measured. */
  driverCpuSeconds: number
}

/**
 * Sends requests as fast as they are answered. Plain sockets, because an HTTP client costs more
 * than the server that is measured.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => connect(load)))
  const latenciesMs: number[] = []
  const cpu = process.cpuUsage()
  const start = performance.now()
  const endAt = start + load.secondsMax * 1_000
  try {
    await Promise.all(
      sockets.map((socket, connection) => {
        const next = () => (performance.now() < endAt ? load.next(connection) : null)
        return driveConnection(socket, next, load.isGood, latenciesMs)
      }),
    )
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  const { user, system } = process.cpuUsage(cpu)
  return {
    requests: latenciesMs.length,
    seconds: (performance.now() - start) / 1_000,
    latenciesMs,
    driverCpuSeconds: (user + system) / 1e6,
  }
}

/** A request as bytes: what an HTTP client would send. */
export function httpRequest(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Buffer {
  const all = { host: 'localhost', ...headers, 'content-length': Buffer.byteLength(body) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

async function connect({ port }: Load): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true })
  socket.setEncoding('latin1')
  await once(socket, 'connect')
  return socket
}

function driveConnection(
  socket: Socket,
  next: () => Buffer | null,
  isGood: Load['isGood'],
  latenciesMs: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0
    let received = ''
    const send = () => {
      const request = next()
      if (request === null) return resolve()
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('data', (text) => {
      received += String(text)
      const response = readResponse(received)
      if (response === null) return
      received = ''
      latenciesMs.push(performance.now() - sentAt)
      if (isGood(response)) return send()
      reject(new Error(`the server answered ${response.status}: ${response.body.slice(0, 500)}`))
    })
    socket.setTimeout(RESPONSE_DEADLINE_MS, () => reject(new Error('the server does not answer')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server closed a connection')))
    send()
  })
}

/** The response that the text is; null while it is incomplete. */
function readResponse(text: string): Response | null {
  const headersEnd = text.indexOf('\r\n\r\n')
  if (headersEnd < 0) return null
  const status = Number(text.slice(9, 12))
  const headers = text.slice(0, headersEnd)
  const bodyAt = headersEnd + 4
  const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1]
  if (length !== undefined) {
    return text.length < bodyAt + Number(length) ? null : { status, body: text.slice(bodyAt) }
  }
  // Chunked: with one request under way at a time, the text ends where the response does.
  return text.endsWith('\r\n0\r\n\r\n') ? { status, body: text.slice(bodyAt) } : null
}
