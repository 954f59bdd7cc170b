import { SourceMap } from 'node:module'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'

const SAMPLING_INTERVAL_US = 500
const SCRIPT = 'index.js'
const ANSWER_DEADLINE_MS = 30_000

export interface FunctionTime {
  name: string
  /** Source file and line of its declaration, or for whom of ours a built-in works. */
  place: string
  /** What it did by itself. */
  selfMs: number
  /** The same and what it called, directly or not. */
  totalMs: number
}

interface ProfileNode {
  id: number
  children?: number[]
  callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number }
}

interface Profile {
  nodes: ProfileNode[]
  samples: number[]
  timeDeltas: number[]
}

/**
 * Samples the isolate behind an inspector port while `work` runs.
 * @param sourceMapPath of the script that it runs
 * @returns all functions, in no order; `(idle)` is one of them
 */
export async function profileIsolate(
  inspectorPort: number,
  sourceMapPath: string,
  work: () => Promise<void>,
): Promise<FunctionTime[]> {
  const socket = new WebSocket(await findTarget(inspectorPort))
  await once(socket, 'open')
  try {
    const send = commandsOf(socket)
    await send('Profiler.enable')
    await send('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US })
    await send('Profiler.start')
    await work()
    const { profile } = await send<{ profile: Profile }>('Profiler.stop')
    return sumFunctions(profile, readSourceMap(sourceMapPath))
  } finally {
    socket.close()
  }
}

/** The product's Worker, or whatever else the port serves. */
async function findTarget(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/json`)
  const targets = (await response.json()) as { id: string; webSocketDebuggerUrl: string }[]
  const [target] = targets
  if (target === undefined) throw new Error('the inspector has no target')
  return target.webSocketDebuggerUrl
}

type Send = <T>(method: string, params?: object) => Promise<T>

function commandsOf(socket: WebSocket): Send {
  const waiting = new Map<number, (answer: unknown) => void>()
  let id = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (message.id !== undefined) waiting.get(message.id)?.(message.result)
  })
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      id += 1
      const timer = setTimeout(
        () => reject(new Error(`no answer to ${method}`)),
        ANSWER_DEADLINE_MS,
      )
      waiting.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer as never)
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
}

function sumFunctions(profile: Profile, map: SourceMap): FunctionTime[] {
  const { nodes } = profile
  const callers = new Map(nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node])))
  const times = new Map<string, FunctionTime>()
  const timeOf = (node: ProfileNode): FunctionTime => {
    const name = node.callFrame.functionName || '(anonymous)'
    const place = placeOf(node, callers, map)
    const key = `${name} ${place}`
    const time = times.get(key) ?? { name, place, selfMs: 0, totalMs: 0 }
    times.set(key, time)
    return time
  }
  const selfMs = sumSamples(profile)
  for (const node of nodes) {
    const ms = selfMs.get(node.id) ?? 0
    timeOf(node).selfMs += ms
    // A function that calls itself counts once.
    const onStack = new Set<FunctionTime>()
    for (let at: ProfileNode | undefined = node; at !== undefined; at = callers.get(at.id)) {
      onStack.add(timeOf(at))
    }
    for (const time of onStack) time.totalMs += ms
  }
  return [...times.values()]
}

/** Milliseconds by node: the time between a sample and the next one is spent where the former was. */
function sumSamples({ samples, timeDeltas }: Profile): Map<number, number> {
  const selfMs = new Map<number, number>()
  for (const [i, id] of samples.entries()) {
    selfMs.set(id, (selfMs.get(id) ?? 0) + (timeDeltas[i + 1] ?? 0) / 1_000)
  }
  return selfMs
}

function placeOf(node: ProfileNode, callers: Map<number, ProfileNode>, map: SourceMap): string {
  const { url, lineNumber, columnNumber } = node.callFrame
  if (url.endsWith(SCRIPT)) {
    const entry = map.findEntry(lineNumber, columnNumber)
    if (!('originalSource' in entry)) return ''
    return `${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}`
  }
  // What the platform has built in is told by whom of ours it works for.
  const caller = callers.get(node.id)
  if (caller === undefined || caller.callFrame.functionName === '(root)') return url
  const place = placeOf(caller, callers, map)
  return place.startsWith('for ') ? place : `for ${caller.callFrame.functionName} ${place}`
}

function readSourceMap(path: string): SourceMap {
  return new SourceMap(
    JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
  )
}
