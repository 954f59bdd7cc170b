import { DurableObject } from 'cloudflare:workers'

/** What any ingest that an object serializes must do at least: hand it the body, and wait for it. */
export class MeterObject extends DurableObject {
  async ingestBody({ text }) {
    return { accepted: JSON.parse(text).length, duplicates: [], rejected: [] }
  }
}

// The bindings of wrangler.toml want it.
export class AccountObject extends DurableObject {}

export default {
  async fetch(request, env) {
    const text = await request.text()
    const { accepted } = await env.METER.getByName('meter').ingestBody({ text })
    return Response.json({ data: { accepted, duplicates: 0, errors: [] } })
  },
  scheduled() {},
}
