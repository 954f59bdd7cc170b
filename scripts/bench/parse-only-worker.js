import { DurableObject } from 'cloudflare:workers'

// The bindings of wrangler.toml want them.
export class MeterObject extends DurableObject {}
export class AccountObject extends DurableObject {}

/** What any ingest must do at least: take the body in, parse it and answer. */
export default {
  async fetch(request) {
    const events = JSON.parse(await request.text())
    const data = { accepted: events.length, duplicates: 0, errors: [] }
    return Response.json({ data })
  },
  scheduled() {},
}
