import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')

/** One is kept in cells, the other is read from the log. */
const QUERIES = {
  sum: 'SELECT SUM(properties.n) AS value, properties.zone FROM events GROUP BY zone',
  median:
    'SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY properties.n) AS value, properties.zone FROM events GROUP BY zone',
}

interface Meter {
  api: TestApi
  metricIds: Record<keyof typeof QUERIES, string>
  customerId: string
}

async function setUp(): Promise<Meter> {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const create = (sql: string) =>
    createdId(api, '/v1/billable-metrics/create', { name: 'Metric', sql })
  const metricIds = { sum: await create(QUERIES.sum), median: await create(QUERIES.median) }
  const customer = { name: 'Acme', ingest_aliases: ['acme'] }
  return { api, metricIds, customerId: await createdId(api, '/v1/customers', customer) }
}

let sent = 0

async function send({ api }: Meter, ...readings: [zone: string, n: number][]): Promise<void> {
  const events = readings.map(([zone, n]) => ({
    transaction_id: `event-${sent++}`,
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-02T10:00:00Z',
    properties: { zone, n },
  }))
  expect(await api.call('POST', '/v1/ingest', events)).toMatchObject({ status: 200 })
}

/** By zone, and as a whole. */
async function read(
  { api, metricIds, customerId }: Meter,
  metric: keyof typeof QUERIES,
): Promise<[unknown, number | null]> {
  const range = {
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  }
  const id = metricIds[metric]
  const grouped = await api.call('POST', '/v1/usage/groups', {
    customer_id: customerId,
    billable_metric_id: id,
    group_key: ['zone'],
    ...range,
  })
  const whole = await api.call('POST', '/v1/usage', {
    customer_ids: [customerId],
    billable_metrics: [{ id }],
    ...range,
  })
  const rows = grouped.body.data as { group_value: string; value: number }[]
  const values = Object.fromEntries(rows.map((row) => [row.group_value, row.value]))
  return [values, (whole.body.data as { value: number }[])[0]?.value ?? null]
}

test('a repeated question is answered the same, until an event comes in', async () => {
  const meter = await setUp()
  await send(meter, ['eu', 1], ['eu', 2], ['us', 0.5])
  for (let i = 0; i < 2; i++) {
    expect(await read(meter, 'sum')).toEqual([{ eu: 3, us: 0.5 }, 3.5])
    expect(await read(meter, 'median')).toEqual([{ eu: 1, us: 0.5 }, 1.5])
  }
  await send(meter, ['eu', 7], ['ap', -1])
  for (let i = 0; i < 2; i++) {
    expect(await read(meter, 'sum')).toEqual([{ ap: -1, eu: 10, us: 0.5 }, 9.5])
    expect(await read(meter, 'median')).toEqual([{ ap: -1, eu: 2, us: 0.5 }, 1.5])
  }
})

test('the events of an ingest id that a customer comes to hold count at the next reading', async () => {
  const meter = await setUp()
  await send(meter, ['eu', 1])
  const { api, customerId } = meter
  expect(await read(meter, 'sum')).toEqual([{ eu: 1 }, 1])
  expect(
    await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, {
      ingest_aliases: ['other'],
    }),
  ).toMatchObject({ status: 200 })
  expect(await read(meter, 'sum')).toEqual([{}, null])
  expect(await read(meter, 'median')).toEqual([{}, null])
  await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, {
    ingest_aliases: ['acme'],
  })
  expect(await read(meter, 'median')).toEqual([{ eu: 1 }, 1])
  expect(await read(meter, 'sum')).toEqual([{ eu: 1 }, 1])
})
