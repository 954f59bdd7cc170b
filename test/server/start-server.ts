import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Includes the bundling of the Worker and, on a busy machine, some patience. */
const START_DEADLINE_MS = 60_000

/** A server that `npm start` runs on a port and a state folder of its own. */
export interface TestServer {
  url: string
  port: number
  state: string
  /** What it has printed since it was started last. */
  output: () => string
  /** Ends npm, the server and workerd at once, as a power cut would. */
  kill: () => Promise<void>
  /** Ends it as an operator does. */
  terminate: () => Promise<void>
  /** Starts it again on the same port and state. */
  startAgain: () => Promise<void>
  /** Ends it and removes its state. */
  remove: () => Promise<void>
  /** npm itself. */
  process: () => ChildProcess
}

export async function startServer(): Promise<TestServer> {
  const port = await findFreePort()
  const state = mkdtempSync(join(tmpdir(), 'tactus-state-'))
  const url = `http://localhost:${port}`
  let npm = runNpmStart(port, state)
  const kill = async () => {
    const ended = untilItEnded(npm.process)
    killGroup(npm.process)
    await ended
  }
  await untilItAnswers(url, npm)
  return {
    url,
    port,
    state,
    output: () => npm.output(),
    process: () => npm.process,
    kill,
    terminate: async () => {
      const ended = untilItEnded(npm.process)
      npm.process.kill('SIGTERM')
      await ended
    },
    startAgain: async () => {
      npm = runNpmStart(port, state)
      await untilItAnswers(url, npm)
    },
    remove: async () => {
      await kill()
      rmSync(state, { recursive: true, force: true })
    },
  }
}

interface NpmStart {
  process: ChildProcess
  output: () => string
}

/** In a process group of its own, which can be ended as a whole. */
export function runNpmStart(port: number, state: string): NpmStart {
  const npm = spawn('npm', ['start', '--', '--port', String(port), '--state', state], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  npm.stdout.on('data', (chunk) => (output += String(chunk)))
  npm.stderr.on('data', (chunk) => (output += String(chunk)))
  return { process: npm, output: () => output }
}

/** Also when npm itself has ended: what it started may live on. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function untilItEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function untilItAnswers(url: string, npm: NpmStart): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS
  while (Date.now() < deadline) {
    if (npm.process.exitCode !== null) break
    if (npm.output().includes('is running at') && (await answers(url))) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the server did not start:\n${npm.output()}`)
}

export async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
