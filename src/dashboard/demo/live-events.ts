import { CUSTOMERS } from './company.ts'
import type { DemoApi } from './demo-api.ts'
import { liveEvent } from './demo-events.ts'
import type { DemoTimes } from './demo-times.ts'

const EVERY_MS = 4_000
/** Six minutes are long enough to look at a draft that moves. */
const TIMES_MAX = 90

/** Sends an event of each customer now and then while the page is open, so that drafts move. */
export function sendLiveEvents(api: DemoApi, { nowMs }: DemoTimes): void {
  const now = new Date(nowMs).toISOString()
  let sent = 0
  const timer = setInterval(() => {
    sent += 1
    if (sent >= TIMES_MAX) clearInterval(timer)
    const events = CUSTOMERS.map(({ alias }) => liveEvent(alias, now, sent))
    // One that does not arrive stops it: the sandbox is gone, or the server is.
    api.post('/v1/ingest', events).catch(() => clearInterval(timer))
  }, EVERY_MS)
}
