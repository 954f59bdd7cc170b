import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []
const running = new Set<ChildProcess>()
let guard: ChildProcess | undefined

/** An empty folder that is removed when this process ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tactus-bench-'))
  // The temporary Postgres runs as another user.
  chmodSync(folder, 0o755)
  folders.push(folder)
  tellGuard()
  return folder
}

/** Ends the child's whole process group when this process ends. It must be the group's leader. */
export function endWithBench(child: ChildProcess): void {
  running.add(child)
  tellGuard()
  child.once('exit', () => {
    running.delete(child)
    tellGuard()
  })
}

/** Ends a group at once, as a power cut would. */
export function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * From now on nothing stays behind, also after a failure, a signal, or `kill -9`: for that there is
 * a shell, which reads what there is to clean up, and does it at the end of its input.
 */
export function cleanUpAtEnd(): void {
  const script = 'while read -r line; do last=$line; done; eval "$last"'
  guard = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.unref()
  process.once('exit', () => {
    for (const child of running) killGroup(child)
    for (const folder of folders) removeFolder(folder)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(1))
  }
}

function tellGuard(): void {
  const kills = [...running].map(({ pid }) => `kill -9 -${pid};`)
  guard?.stdin?.write(`${kills.join(' ')} sleep 0.2; rm -rf ${folders.join(' ')}\n`)
}

/** A process that was killed a moment ago may still be writing. */
function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
