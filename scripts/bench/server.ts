import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { findChild } from './process-stats.ts'
import { endWithBench, killGroup, makeFolder } from './scratch.ts'

/** Includes the bundling of the Worker and, on a busy machine, some patience. */
const START_DEADLINE_MS = 60_000

/** The Node script that starts workerd, and workerd, which is the server. */
export interface BenchServer {
  url: string
  port: number
  /** Where its state is. */
  state: string
  workerd: number
  launcher: number
  /** Ends both at once, as a power cut would. */
  kill: () => Promise<void>
}

/** Starts what `npm start` starts, on a state folder of its own. */
export async function startServer(state = makeFolder()): Promise<BenchServer> {
  const port = await findFreePort()
  return launch('scripts/start.ts', ['--port', String(port), '--state', state], { port, state })
}

export async function launch(
  script: string,
  args: string[],
  { port, state }: { port: number; state: string },
): Promise<BenchServer> {
  const launcher = spawn(process.execPath, [script, ...args], {
    // A process group of its own, which can be ended as a whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithBench(launcher)
  await untilItRuns(launcher, script)
  const workerd = findChild(launcher.pid!, 'workerd')
  if (workerd === undefined) throw new Error(`${script} has not started a workerd`)
  const kill = async () => {
    const ended = hasEnded(launcher) ? undefined : once(launcher, 'exit')
    killGroup(launcher)
    await ended
    while (existsSync(`/proc/${workerd}/fd/0`)) await wait(10)
  }
  return { url: `http://127.0.0.1:${port}`, port, state, workerd, launcher: launcher.pid!, kill }
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function untilItRuns(launcher: ChildProcess, script: string): Promise<void> {
  let output = ''
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream?.on('data', (chunk) => (output += String(chunk)))
  }
  const deadline = Date.now() + START_DEADLINE_MS
  while (!output.includes('is running at')) {
    if (hasEnded(launcher) || Date.now() > deadline) {
      throw new Error(`${script} did not start:\n${output}`)
    }
    await wait(5)
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
