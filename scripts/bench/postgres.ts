import { spawn, spawnSync, type ChildProcess, type SpawnSyncOptions } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { EVENTS_PER_BATCH, idRenewer, makeEvents } from './events.ts'
import type { Amount } from './ingest.ts'
import {
  connectPostgres,
  executeMessages,
  parseMessages,
  queryMessage,
  type PostgresConnection,
} from './postgres-client.ts'
import { endWithBench, makeFolder } from './scratch.ts'
import { wait } from './server.ts'

const BINARIES = '/usr/lib/postgresql/15/bin'
const USER = 'postgres'
const CONNECTIONS = 8
const START_DEADLINE_MS = 30_000

/**
 * The same rows in Debian's Postgres 15 as it is configured by default, durable at each commit: a
 * cluster of its own, behind a Unix socket in a temporary folder.
 */
export async function measurePostgres(amount: Amount): Promise<{ events_per_s: number }> {
  install()
  const folder = makeFolder()
  const server = startCluster(folder)
  try {
    const connections: PostgresConnection[] = []
    connections.push(await connectWhenReady(server, folder))
    await connections[0]!.exchange(
      queryMessage(`
        CREATE TABLE events (
          transaction_id text PRIMARY KEY,
          customer_id text NOT NULL,
          event_type text NOT NULL,
          timestamp timestamptz NOT NULL,
          properties jsonb NOT NULL
        )`),
    )
    while (connections.length < CONNECTIONS) {
      connections.push(await connectPostgres(socketOf(folder), USER))
    }
    return await insertRows(connections, amount)
  } finally {
    server.kill('SIGINT')
    if (server.exitCode === null) await once(server, 'exit')
  }
}

async function insertRows(
  connections: PostgresConnection[],
  { events, secondsMax }: Amount,
): Promise<{ events_per_s: number }> {
  const inserts = await Promise.all(connections.map(prepareInsert))
  let left = Math.ceil(events / EVENTS_PER_BATCH)
  let written = 0
  const start = performance.now()
  await Promise.all(
    inserts.map(async (insert) => {
      while (left-- > 0 && performance.now() - start < secondsMax * 1_000) {
        await insert()
        written += EVENTS_PER_BATCH
      }
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  for (const connection of connections) connection.close()
  return { events_per_s: written / seconds }
}

/** Inserts a hundred rows with new transaction ids each time. */
async function prepareInsert({ exchange }: PostgresConnection): Promise<() => Promise<void>> {
  const rows = makeEvents(['customer-00000'], EVENTS_PER_BATCH)
  const values = rows.map((_, row) => {
    return `(${[1, 2, 3, 4, 5].map((column) => `$${row * 5 + column}`).join(', ')})`
  })
  const sql = `INSERT INTO events VALUES ${values.join(', ')} ON CONFLICT DO NOTHING`
  await exchange(parseMessages('insert', sql))
  const parameters = rows.flatMap((event) => [
    event.transaction_id,
    event.customer_id,
    event.event_type,
    event.timestamp,
    JSON.stringify(event.properties),
  ])
  const messages = executeMessages('insert', parameters)
  const renewIds = idRenewer(messages, rows)
  return () => {
    renewIds()
    return exchange(messages)
  }
}

function install(): void {
  if (existsSync(join(BINARIES, 'postgres'))) return
  // Run level 1 keeps the package from starting a cluster of its own.
  run('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql-15'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
}

/** Postgres refuses to run as root. */
function startCluster(folder: string): ChildProcess {
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'))
  const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  const data = join(folder, 'data')
  run(join(BINARIES, 'initdb'), ['-D', data, '-U', USER, '--auth=trust', '--no-sync'], user)
  const args = ['-D', data, '-k', folder, '-c', 'listen_addresses=']
  const server = spawn(join(BINARIES, 'postgres'), args, {
    ...user,
    cwd: folder,
    detached: true,
    stdio: 'ignore',
  })
  endWithBench(server)
  return server
}

function idOf(option: '-u' | '-g'): number {
  return Number(run('id', [option, USER]))
}

async function connectWhenReady(server: ChildProcess, folder: string): Promise<PostgresConnection> {
  const deadline = performance.now() + START_DEADLINE_MS
  for (;;) {
    try {
      return await connectPostgres(socketOf(folder), USER)
    } catch (error) {
      if (server.exitCode !== null || performance.now() > deadline) throw error
      await wait(50)
    }
  }
}

function socketOf(folder: string): string {
  return join(folder, '.s.PGSQL.5432')
}

function run(command: string, args: string[], options: SpawnSyncOptions = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`)
  return stdout
}
