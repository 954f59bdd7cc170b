import { expect, test } from 'vitest'
import { ingestBulk, type BulkPorts, type Line } from '../../src/actions/ingest-bulk.ts'
import type { Environment, EnvironmentSettings } from '../../src/core/environment.ts'
import { ok, RefusalError, refuse } from '../../src/core/result.ts'
import { DAY_MS, MINUTE_MS } from '../../src/core/time.ts'
import type { IngestBatch } from '../../src/objects/meter-rpc.ts'

const NOW = Date.UTC(2026, 2, 10, 12)

function environmentOf(settings: EnvironmentSettings = {}): Environment {
  const id = '01930000-0000-7000-8000-000000000001'
  return {
    id,
    kind: 'PRODUCTION',
    name: 'test',
    clockMs: null,
    configVersion: 7,
    placementVersion: 0,
    settings,
  }
}

const textOf = (id: string, timestamp = '2026-03-10T11:00:00Z') =>
  JSON.stringify({ transaction_id: id, customer_id: 'acme', event_type: 'call', timestamp })

const line = (number: number, text = textOf(`t${number}`), isCut = false): Line => {
  return { number, text, isCut }
}

async function* stream(...parts: (Line[] | RefusalError)[]) {
  for (const part of parts) {
    if (part instanceof RefusalError) throw part
    yield part
  }
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => line(from + i))

/** A meter that takes everything, and remembers how it was asked. */
function fakePorts(part: Partial<BulkPorts> = {}) {
  const batches: IngestBatch[] = []
  const waits: number[] = []
  const ports: BulkPorts = {
    ingest: async (batch) => {
      batches.push(batch)
      return ok({ accepted: (JSON.parse(batch.events) as unknown[]).length, duplicates: [] })
    },
    takeRate: () => ok(null),
    now: () => NOW,
    wait: async (ms) => waits.push(ms),
    ...part,
  }
  return { ports, batches, waits, sizes: () => batches.map(({ events }) => sizeOf(events)) }
}

const sizeOf = (events: string) => (JSON.parse(events) as unknown[]).length

test('lines go to the meter as they are, in batches of a thousand', async () => {
  const { ports, batches, sizes } = fakePorts()
  const spaced = ` ${textOf('t1').replace('}', ',"properties":{"n":0.10000000000000000001}}')}\r`
  const lines = stream([line(1, spaced)], numbered(2, 1_500), numbered(1_501, 2_100))
  expect(await ingestBulk(environmentOf(), lines, ports)).toEqual({
    ok: true,
    value: { accepted: 2_100, duplicates: 0, rejected: 0, errors: [] },
  })
  expect(sizes()).toEqual([1_000, 1_000, 100])
  expect(batches[0]!.events.startsWith(`[${spaced},${textOf('t2')},`)).toBe(true)
  expect(batches[0]).toMatchObject({
    environmentId: environmentOf().id,
    configVersion: 7,
    acceptedAtMs: NOW,
    dedupeLifetimeMs: 35 * DAY_MS + 5 * MINUTE_MS,
    rejected: [],
  })
})

test('a batch of long lines is no longer than the log takes as one text', async () => {
  const { ports, batches } = fakePorts()
  const long = (number: number) =>
    line(number, textOf(`t${number}`).replace('}', `,"properties":{"x":"${'y'.repeat(4_000)}"}}`))
  const lines = Array.from({ length: 300 }, (_, i) => long(i + 1))
  await ingestBulk(environmentOf(), stream(lines), ports)
  expect(batches.length).toBeGreaterThan(1)
  for (const { events } of batches) expect(events.length).toBeLessThanOrEqual(450_000)
  expect(batches.reduce((sum, { events }) => sum + sizeOf(events), 0)).toBe(300)
})

test('rejected lines are reported by their number and kept as received', async () => {
  const { ports, batches } = fakePorts()
  const deep = `{"transaction_id":"d","customer_id":"acme","event_type":"call","timestamp":"2026-03-10T11:00:00Z","properties":{"x":${'['.repeat(100)}${']'.repeat(100)}}}`
  const lines = [
    line(1),
    line(3, 'no JSON'),
    line(4, '[1,2]'),
    line(5, textOf('late', '2026-01-01T00:00:00Z')),
    line(7, deep),
    line(8, '{"transaction_id":"long', true),
  ]
  const messages = [
    expect.stringMatching(/^line 3 is not valid JSON: /),
    'line 4: event must be a JSON object.',
    'line 5: event.timestamp must not lie more than 34 days in the past.',
    'line 7: event must not nest values deeper than 64 levels.',
    'line 8 must be at most 102400 bytes long.',
  ]
  const ids = [null, null, 'late', 'd', null]
  const numbers = [3, 4, 5, 7, 8]
  expect(await ingestBulk(environmentOf(), stream(lines), ports)).toEqual({
    ok: true,
    value: {
      accepted: 1,
      duplicates: 0,
      rejected: 5,
      errors: numbers.map((number, i) => {
        return { line: number, transactionId: ids[i], message: messages[i] }
      }),
    },
  })
  const raws = ['no JSON', '[1,2]', lines[3]!.text, 'null', '{"transaction_id":"long']
  expect(batches[0]!.rejected).toEqual(
    raws.map((raw, i) => ({
      reason: messages[i],
      transactionId: ids[i],
      ingestId: i === 2 || i === 3 ? 'acme' : null,
      raw,
    })),
  )
})

test('of the rejected lines, the first hundred are reported, whichever batch is done first', async () => {
  let releaseFirst = () => {}
  const first = new Promise<void>((resolve) => (releaseFirst = resolve))
  let calls = 0
  const { ports } = fakePorts({
    ingest: async ({ rejected }) => {
      if (++calls === 1) await first
      else releaseFirst()
      return ok({ accepted: 1_000 - rejected.length, duplicates: [] })
    },
  })
  const lines = numbered(1, 2_000).map((some) =>
    some.number % 20 === 0 ? { ...some, text: '7' } : some,
  )
  const ingested = await ingestBulk(environmentOf(), stream(lines), ports)
  expect(ingested).toMatchObject({ ok: true, value: { accepted: 1_900, rejected: 100 } })
  const { errors } = (ingested as { value: { errors: { line: number }[] } }).value
  expect(errors.map((error) => error.line)).toEqual(
    Array.from({ length: 100 }, (_, i) => 20 * (i + 1)),
  )
  const all = numbered(1, 150).map((some) => ({ ...some, text: '7' }))
  const many = await ingestBulk(environmentOf(), stream(all), fakePorts().ports)
  expect(many).toMatchObject({ value: { rejected: 150, errors: { length: 100 } } })
})

test('at most four batches are under way at a time', async () => {
  let underWay = 0
  let most = 0
  const { ports } = fakePorts({
    ingest: async () => {
      most = Math.max(most, ++underWay)
      await scheduler.wait(5)
      underWay--
      return ok({ accepted: 1_000, duplicates: [] })
    },
  })
  await ingestBulk(environmentOf(), stream(numbered(1, 10_000)), ports)
  expect(most).toBe(4)
})

test('a busy or failing meter is asked again, longer apart each time', async () => {
  let calls = 0
  const { ports, waits } = fakePorts({
    ingest: async () => {
      calls++
      if (calls === 1) return refuse('overloaded', 'Busy.')
      if (calls === 2) throw new Error('the object was reset')
      return ok({ accepted: 1, duplicates: [1] })
    },
  })
  expect(await ingestBulk(environmentOf(), stream(numbered(1, 2)), ports)).toEqual({
    ok: true,
    value: { accepted: 1, duplicates: 1, rejected: 0, errors: [] },
  })
  expect(waits).toEqual([50, 100])
})

test('a meter that stays busy ends the request, which says where to go on', async () => {
  const { ports, waits } = fakePorts({
    ingest: async ({ events }) =>
      events.includes('"t1500"')
        ? refuse('overloaded', 'Busy.')
        : ok({ accepted: sizeOf(events), duplicates: [] }),
  })
  const lines = stream(numbered(1, 2_500), numbered(2_501, 9_000))
  expect(await ingestBulk(environmentOf(), lines, ports)).toMatchObject({
    ok: false,
    error: {
      code: 'overloaded',
      message: expect.stringMatching(/^Busy\. .*from line 1001 on/),
      resumeFromLine: 1_001,
      report: { rejected: 0, errors: [] },
    },
  })
  expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 3_200])
})

test('a text that breaks off is taken in up to there', async () => {
  const { ports, sizes } = fakePorts()
  const broken = new RefusalError({ code: 'invalid', message: 'Not gzip.' })
  expect(await ingestBulk(environmentOf(), stream(numbered(1, 30), broken), ports)).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'Not gzip. Send the rest from line 31 on: all before it was taken in, and events that are sent twice count once.',
      resumeFromLine: 31,
      report: { accepted: 30, duplicates: 0, rejected: 0, errors: [] },
    },
  })
  expect(sizes()).toEqual([30])
})

test('no more than a million lines are taken in', async () => {
  const { ports } = fakePorts()
  const lines = stream([line(1), line(1_000_000), line(1_000_001)])
  expect(await ingestBulk(environmentOf(), lines, ports)).toMatchObject({
    ok: false,
    error: { code: 'too_large', resumeFromLine: 1_000_001, report: { accepted: 2 } },
  })
})

test('where a rate is set, a request waits for it if that is short, and fails otherwise', async () => {
  let refusals = 2
  let retryAfterMs = 400
  const taken: number[] = []
  const { ports, waits, sizes } = fakePorts({
    takeRate: (count) => {
      if (refusals-- > 0) {
        return { ok: false, error: { code: 'rate_limited', message: 'Too many.', retryAfterMs } }
      }
      taken.push(count)
      return ok(null)
    },
  })
  const environment = environmentOf({ ingestEventsPerSecond: 20 })
  const slow = await ingestBulk(environment, stream(numbered(1, 50)), ports)
  expect(slow).toMatchObject({ ok: true, value: { accepted: 50 } })
  expect([waits, taken, sizes()]).toEqual([
    [400, 400],
    [20, 20, 10],
    [20, 20, 10],
  ])

  refusals = 3
  retryAfterMs = 2_000
  expect(await ingestBulk(environment, stream(numbered(1, 50)), ports)).toMatchObject({
    ok: false,
    error: { code: 'rate_limited', retryAfterMs: 2_000, resumeFromLine: 1 },
  })
  expect(waits).toEqual([400, 400, 2_000, 2_000])
})
