import { join } from 'node:path'
import { buildWorker } from '../local/build-worker.ts'
import { sendBatches, sendSingles } from './ingest.ts'
import { profileIsolate, type FunctionTime } from './inspector.ts'
import { makeFolder } from './scratch.ts'
import { findFreePort, launch, type BenchServer } from './server.ts'
import { setUpIngest } from './set-up.ts'

const WARM_UP = { events: 100_000, secondsMax: 5 }
const PROFILED = { events: 500_000, secondsMax: 10 }
const FUNCTIONS_SHOWN = 30

/** What is sent: batches of one customer, batches of a hundred customers, or single events. */
export const LOADS = ['batches', 'mixed', 'singles'] as const
export type ProfiledLoad = (typeof LOADS)[number]

/** Where the time of ingest goes: a table of functions. */
export async function profileIngest(load: ProfiledLoad): Promise<string> {
  const { server, profile } = await startProfiled()
  const { aliases } = await setUpIngest(server)
  const customers = load === 'mixed' ? aliases : aliases.slice(0, 1)
  const send = load === 'singles' ? sendSingles : sendBatches
  await send(server, customers, WARM_UP)
  let events = 0
  const times = await profile(async () => {
    events = (await send(server, customers, PROFILED)).events
  })
  await server.kill()
  return formatProfile(times, { what: load, events })
}

export interface ProfiledServer {
  server: BenchServer
  /** What takes the time of the server during some work. */
  profile: (work: () => Promise<void>) => Promise<FunctionTime[]>
}

export async function startProfiled(): Promise<ProfiledServer> {
  const port = await findFreePort()
  const inspectorPort = await findFreePort()
  const state = makeFolder()
  const script = await buildWorker()
  const args = ['--port', String(port), '--inspector-port', String(inspectorPort)]
  const server = await launch(
    'scripts/bench/serve.ts',
    [...args, '--state', join(state, 'v3'), script],
    { port, state },
  )
  return { server, profile: (work) => profileIsolate(inspectorPort, `${script}.map`, work) }
}

export function formatProfile(
  times: FunctionTime[],
  { what, events }: { what: string; events: number },
): string {
  const idle = times.find(({ name }) => name === '(idle)')?.selfMs ?? 0
  const busyMs = (times.find(({ name }) => name === '(root)')?.totalMs ?? 0) - idle
  const table = (by: 'selfMs' | 'totalMs', shown: FunctionTime[]) =>
    shown
      .sort((a, b) => b[by] - a[by])
      .slice(0, FUNCTIONS_SHOWN)
      .map((time) => {
        const share = ((time[by] / busyMs) * 100).toFixed(1).padStart(5)
        const perEvent = ((time[by] * 1_000) / events).toFixed(2).padStart(9)
        return `${share} % ${perEvent}  ${time.name}  ${time.place}`
      })
  return [
    `${events} events, ${what}. Samples are of wall time: on a busy machine, look at the shares.`,
    '(program) is native code that no function called.',
    '',
    '  self    µs/event  function by itself',
    ...table(
      'selfMs',
      times.filter(({ name }) => name !== '(idle)'),
    ),
    '',
    '  total   µs/event  function of ours and what it calls',
    ...table(
      'totalMs',
      times.filter(({ place }) => place.startsWith('src/')),
    ),
  ].join('\n')
}
