import { request } from '../api/request.ts'
import { CUSTOMERS } from './company.ts'
import { liveEvent } from './demo-events.ts'
import { sessionApi } from './session-api.ts'

const EVERY_MS = 4_000
/** An hour: a page that is forgotten does not fill the sandbox. */
const TIMES_MAX = 900

/**
 * Sends an event of each customer of the demo company now and then, so that drafts move.
 * @returns what stops it
 */
export function sendLiveEvents(environment: string): () => void {
  const api = sessionApi(environment)
  let sent = 0
  let now: string | undefined
  const stop = () => clearInterval(timer)
  const send = async () => {
    if (document.hidden) return
    sent += 1
    if (sent >= TIMES_MAX) stop()
    now ??= (await request<{ data: { now: string } }>('GET', '/v1/environment', { environment }))
      .data.now
    // Another page, or this one anew, does not send what was sent.
    const count = Math.floor(Date.now() / EVERY_MS)
    const events = CUSTOMERS.map(({ alias }) => liveEvent(alias, now ?? '', count))
    await api.post('/v1/ingest', events)
  }
  // One that does not arrive stops it: the sandbox is gone, or the server is.
  const timer = setInterval(() => void send().catch(stop), EVERY_MS)
  return stop
}
