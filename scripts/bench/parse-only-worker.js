import { DurableObject } from 'cloudflare:workers'

/** What any ingest that an object serializes must do at least: hand it the body, and wait for it. */
export class MeterObject extends DurableObject {
  async ingestBody({ text }) {
    return { accepted: JSON.parse(text).length }
  }
}

// The bindings of wrangler.toml want it.
export class AccountObject extends DurableObject {}

/** What any ingest must do at least: take the body in, parse it and answer. */
export default {
  async fetch(request, env) {
    const text = await request.text()
    const accepted = request.url.endsWith('/object')
      ? (await env.METER.getByName('meter').ingestBody({ text })).accepted
      : JSON.parse(text).length
    return Response.json({ data: { accepted, duplicates: 0, errors: [] } })
  },
  scheduled() {},
}
