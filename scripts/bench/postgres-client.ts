import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

const PROTOCOL_3 = 196_608
const ERROR = 'E'
const READY = 'Z'

/** A connection to Postgres: as much of its protocol as a benchmark needs, and no more. */
export interface PostgresConnection {
  /** Sends messages that end in a Sync or a Query; resolves when the server is ready for more. */
  exchange: (messages: Buffer) => Promise<void>
  close: () => void
}

/** Connects through a Unix socket, as a user whom the server trusts. */
export async function connectPostgres(
  socketPath: string,
  user: string,
): Promise<PostgresConnection> {
  const socket = createConnection(socketPath)
  await once(socket, 'connect')
  const exchange = exchangeOver(socket)
  const parameters = ['user', user, 'database', 'postgres', ''].map((text) => `${text}\0`).join('')
  const startUp = Buffer.alloc(8 + parameters.length)
  startUp.writeInt32BE(startUp.length, 0)
  startUp.writeInt32BE(PROTOCOL_3, 4)
  startUp.write(parameters, 8)
  await exchange(startUp)
  return { exchange, close: () => socket.destroy() }
}

export function queryMessage(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`))
}

/** Prepares a statement under a name. */
export function parseMessages(name: string, sql: string): Buffer {
  const body = Buffer.concat([Buffer.from(`${name}\0${sql}\0`), int16(0)])
  return Buffer.concat([message('P', body), message('S')])
}

/** Runs a prepared statement with these parameters, as texts. */
export function executeMessages(name: string, parameters: string[]): Buffer {
  const values = parameters.flatMap((text) => [int32(Buffer.byteLength(text)), Buffer.from(text)])
  const bind = [Buffer.from(`\0${name}\0`), int16(0), int16(parameters.length), ...values, int16(0)]
  const execute = Buffer.concat([Buffer.from('\0'), int32(0)])
  return Buffer.concat([message('B', Buffer.concat(bind)), message('E', execute), message('S')])
}

function exchangeOver(socket: Socket): PostgresConnection['exchange'] {
  let received = Buffer.alloc(0)
  let waiting: { resolve: () => void; reject: (error: Error) => void } | undefined
  let error: Error | undefined
  const fail = (reason: Error) => waiting?.reject(reason)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('Postgres closed the connection')))
  socket.on('data', (data) => {
    received = received.length === 0 ? data : Buffer.concat([received, data])
    while (received.length >= 5 && received.length > received.readInt32BE(1)) {
      const type = received.toString('latin1', 0, 1)
      const length = received.readInt32BE(1)
      const body = received.subarray(5, length + 1)
      received = received.subarray(length + 1)
      if (type === ERROR) error = new Error(`Postgres: ${body.toString().replaceAll('\0', ' ')}`)
      if (type !== READY) continue
      if (error === undefined) waiting?.resolve()
      else waiting?.reject(error)
    }
  })
  return (messages) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      error = undefined
      socket.write(messages)
    })
}

function message(type: string, body = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
