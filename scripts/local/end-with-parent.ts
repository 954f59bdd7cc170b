import { spawn, type ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'

/**
 * Every process started from now on ends when this one does, however it ends: a workerd that
 * outlived its server would keep the port and go on writing to the state. A shell of its own
 * process group reads the newest child's id from a pipe and kills that child at the end of input,
 * which the operating system brings about even after `kill -9`.
 */
export function endNewestChildWithParent(): void {
  const guard = spawn('sh', ['-c', 'while read -r id; do child=$id; done; kill -9 $child'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  subscribe('child_process', (message) => {
    const { process: child } = message as { process: ChildProcess }
    child.once('spawn', () => guard.stdin.write(`${child.pid}\n`))
    child.once('exit', () => guard.stdin.write('\n'))
  })
}
