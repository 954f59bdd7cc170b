import { expect, test } from 'vitest'
import { completeLeftMoves, completeMoves } from '../../src/actions/move-ids.ts'
import type { Environment } from '../../src/core/environment.ts'
import { bindings } from '../support/billing.ts'
import { PlacedFixture } from '../support/placed.ts'

const events = (id: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id, tx: `t${from + i}` }))

test('a customer that gets meters of its own keeps its events, and no event counts twice', async () => {
  const fixture = await PlacedFixture.create(1)
  const customer = await fixture.addCustomer()
  await fixture.ingest(events(customer, 0, 10))
  await fixture.beginPlacement(customer, 3)
  await completeMoves(bindings, fixture.environmentId)
  expect(await fixture.total(customer)).toBe('10')
  expect(await fixture.ingest(events(customer, 5, 20))).toEqual([
    ...Array.from({ length: 5 }, () => false),
    ...Array.from({ length: 10 }, () => true),
  ])
  expect(await fixture.total(customer)).toBe('20')
  const counts = await fixture.counts()
  expect(counts['0']).toBe(10)
  expect(Object.values(counts).reduce((a, b) => a + b)).toBe(20)
  expect(Object.keys(counts)).toHaveLength(4)
})

test('a customer whose meters become more keeps what all former ones have', async () => {
  const fixture = await PlacedFixture.create(2)
  const customer = await fixture.addCustomer()
  await fixture.beginAliases(customer, ['acme'])
  await fixture.ingest(events('acme', 0, 10))
  for (const meters of [1, 2, 4]) {
    await fixture.beginPlacement(customer, meters)
    await completeMoves(bindings, fixture.environmentId)
    const accepted = await fixture.ingest(events(customer, 0, 10 + 10 * meters))
    expect(accepted.indexOf(true)).toBe(meters === 1 ? 10 : 10 + 5 * meters)
    await fixture.evictAll()
    expect(await fixture.total(customer)).toBe(String(10 + 10 * meters))
  }
})

test('events that meet when an alias joins a customer with meters of its own count once', async () => {
  const fixture = await PlacedFixture.create(2)
  const customer = await fixture.addCustomer()
  await fixture.beginPlacement(customer, 2)
  await completeMoves(bindings, fixture.environmentId)
  await fixture.ingest([...events('acme', 0, 6)].map((event) => ({ ...event, v: '10' })))
  await fixture.ingest(events(customer, 0, 12))
  await fixture.ingest([...events('acme', 6, 12)].map((event) => ({ ...event, v: '10' })))
  expect(await fixture.total(customer)).toBe('12')
  // Of t0 … t5 those of the alias came first, of t6 … t11 those of the customer.
  await fixture.beginAliases(customer, ['acme'])
  expect(await fixture.total(customer)).toBe('66')
  await fixture.evictAll()
  expect(await fixture.total(customer)).toBe('66')
  expect(
    await fixture.ingest([...events('acme', 0, 12), ...events(customer, 0, 12)]),
  ).not.toContain(true)
  // When it leaves, both count on their own again.
  await fixture.beginAliases(customer, [])
  expect(await fixture.total(customer)).toBe('12')
  const other = await fixture.addCustomer()
  await fixture.beginAliases(other, ['acme'])
  expect(await fixture.total(other)).toBe('120')
  expect(await fixture.total(customer)).toBe('12')
  await fixture.evictAll()
  expect(await fixture.total(other)).toBe('120')
  expect(await fixture.total(customer)).toBe('12')
})

for (const count of [0, 1, 2, 3, 4, 5]) {
  test(`a move that is left after step ${count} is completed by whoever comes upon it`, async () => {
    const fixture = await PlacedFixture.create(2)
    const customer = await fixture.addCustomer()
    await fixture.beginPlacement(customer, 1)
    await completeMoves(bindings, fixture.environmentId)
    await fixture.ingest(events(customer, 0, 8))
    await fixture.ingest(events('acme', 4, 12))
    const stale = await fixture.environment()
    // The alias joins, and at the same time the customer gets more meters.
    await fixture.beginAliases(customer, ['acme'])
    for (const move of await fixture.moves()) await fixture.doSteps(move, count)
    const accepted = await fixture.ingest(events('acme', 10, 14), stale)
    expect(accepted).toEqual([false, false, true, true])
    expect(await fixture.total(customer)).toBe('14')
    expect(await fixture.moves()).toEqual([])
    await fixture.beginPlacement(customer, 3)
    for (const move of await fixture.moves()) await fixture.doSteps(move, count)
    expect(await fixture.ingest(events(customer, 13, 16), stale)).toEqual([false, true, true])
    expect(await fixture.total(customer)).toBe('16')
    await fixture.beginAliases(customer, [])
    for (const move of await fixture.moves()) await fixture.doSteps(move, count)
    expect(await fixture.ingest(events('acme', 11, 15), stale)).toEqual([false, false, false, true])
    const other = await fixture.addCustomer()
    await fixture
      .beginAliases(other, ['acme'])
      .catch(() => completeMoves(bindings, fixture.environmentId))
    await fixture.beginAliases(other, ['acme'])
    // t4 … t13 and t14.
    expect(await fixture.total(other)).toBe('11')
    // t0 … t7, and t14 and t15.
    expect(await fixture.total(customer)).toBe('10')
  })
}

test('while ids move, events that come in are counted once, and no reading counts them twice', async () => {
  const fixture = await PlacedFixture.create(2)
  const { environmentId } = fixture
  const customer = await fixture.addCustomer()
  const first = await fixture.environment()
  const ROUNDS = 12
  const sending = { isDone: false }
  const seen: number[] = []
  const readAlong = async () => {
    while (!sending.isDone) {
      seen.push(Number(await fixture.total(customer)))
      await scheduler.wait(1)
    }
  }
  // Everything is sent four times: by two senders, under the customer's id and its alias, one of
  // whom never hears of a move.
  const send = async (id: string, environment?: Environment) => {
    for (let round = 0; round < ROUNDS; round++) {
      const some = events(id, round * 10, round * 10 + 10)
      for (let attempt = 0; ; attempt++) {
        const sent = await fixture.ingest(some, environment).catch(() => null)
        if (sent !== null) break
        expect(attempt).toBeLessThan(20)
        await scheduler.wait(20)
      }
    }
  }
  const move = async () => {
    await fixture.beginAliases(customer, ['acme'])
    for (const meters of [1, 2, 5]) {
      await fixture.beginPlacement(customer, meters)
      await Promise.all([
        completeMoves(bindings, environmentId),
        completeMoves(bindings, environmentId),
      ])
      await scheduler.wait(20)
    }
  }
  const reading = readAlong()
  await Promise.all([
    send(customer),
    send('acme'),
    send(customer, first),
    send('acme', first),
    move(),
  ])
  sending.isDone = true
  await reading
  expect(await fixture.total(customer)).toBe(String(ROUNDS * 10))
  expect(Math.max(...seen)).toBeLessThanOrEqual(ROUNDS * 10)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  await fixture.evictAll()
  expect(await fixture.total(customer)).toBe(String(ROUNDS * 10))
  expect(await fixture.verify(customer)).toEqual([])
})

test('an alias that goes back and forth under load leaves each customer what it sent under it', async () => {
  const fixture = await PlacedFixture.create(1)
  const [one, two] = [await fixture.addCustomer(), await fixture.addCustomer()]
  await fixture.beginPlacement(one, 2)
  await completeMoves(bindings, fixture.environmentId)
  await fixture.beginPlacement(two, 3)
  await completeMoves(bindings, fixture.environmentId)
  const accepted = { count: 0 }
  const sendAll = async () => {
    for (let round = 0; round < 10; round++) {
      const sent = await fixture.ingest(events('acme', round * 10, round * 10 + 10))
      accepted.count += sent.filter((isAccepted) => isAccepted).length
    }
  }
  const moveAll = async () => {
    for (const holder of [one, two, one, two]) {
      const other = holder === one ? two : one
      await fixture.beginAliases(other, [])
      await completeMoves(bindings, fixture.environmentId)
      await fixture.beginAliases(holder, ['acme'])
      await completeMoves(bindings, fixture.environmentId)
    }
  }
  await Promise.all([sendAll(), moveAll()])
  expect(accepted.count).toBe(100)
  expect(await fixture.total(two)).toBe('100')
  expect(await fixture.total(one)).toBeNull()
  expect(await fixture.verify(two)).toEqual([])
})

test('what a driver of an earlier move still does changes nothing', async () => {
  const fixture = await PlacedFixture.create(1)
  const customer = await fixture.addCustomer()
  await fixture.ingest(events('acme', 0, 5))
  await fixture.beginPlacement(customer, 2)
  await completeMoves(bindings, fixture.environmentId)
  await fixture.ingest(events(customer, 3, 9))
  await fixture.beginAliases(customer, ['acme'])
  const [joining] = await fixture.moves()
  await completeMoves(bindings, fixture.environmentId)
  expect(await fixture.total(customer)).toBe('9')
  await fixture.beginAliases(customer, [])
  await completeMoves(bindings, fixture.environmentId)
  const other = await fixture.addCustomer()
  await fixture.beginAliases(other, ['acme'])
  expect(await fixture.total(other)).toBe('5')
  await fixture.doSteps(joining!, 5)
  expect(await fixture.total(other)).toBe('5')
  expect(await fixture.total(customer)).toBe('6')
  expect(await fixture.ingest(events('acme', 4, 6))).toEqual([false, true])
  expect(await fixture.total(other)).toBe('6')
})

test('what the home of ids decides reaches the events that were left in former homes', async () => {
  const fixture = await PlacedFixture.create(2)
  const customer = await fixture.addCustomer()
  const complete = () => completeMoves(bindings, fixture.environmentId)
  const tens = (id: string, from: number, to: number) =>
    events(id, from, to).map((event) => ({ ...event, v: '10' }))
  // The alias is first with t0 … t9, all of which stay in the shared meters.
  await fixture.ingest(tens('acme', 0, 10))
  await fixture.ingest(events(customer, 0, 12))
  for (const meters of [1, 3]) {
    await fixture.beginPlacement(customer, meters)
    await complete()
    await fixture.beginAliases(customer, ['acme'])
    await complete()
    expect(await fixture.total(customer)).toBe('102')
    await fixture.beginAliases(customer, [])
    await complete()
    expect(await fixture.total(customer)).toBe('12')
    await fixture.evictAll()
    expect(await fixture.total(customer)).toBe('12')
  }
  const other = await fixture.addCustomer()
  await fixture.beginPlacement(other, 2)
  await complete()
  await fixture.ingest(events(other, 5, 15))
  await fixture.beginAliases(other, ['acme'])
  await complete()
  expect(await fixture.total(other)).toBe('105')
  expect(await fixture.total(customer)).toBe('12')
  await fixture.beginAliases(other, [])
  expect(await fixture.total(other)).toBe('10')
  expect(await fixture.verify(other)).toEqual([])
  expect(await fixture.verify(customer)).toEqual([])
})

test('what is to be told is told after a crash, before anything is read', async () => {
  const fixture = await PlacedFixture.create(1)
  const { environmentId } = fixture
  const customer = await fixture.addCustomer()
  await fixture.ingest(events('acme', 0, 4).map((event) => ({ ...event, v: '10' })))
  await fixture.ingest(events(customer, 0, 4))
  await fixture.beginPlacement(customer, 1)
  await completeMoves(bindings, environmentId)
  await fixture.beginAliases(customer, ['acme'])
  await completeMoves(bindings, environmentId)
  expect(await fixture.total(customer)).toBe('40')
  await fixture.beginAliases(customer, [])
  // The home hears of the change with an event, decides anew, and is gone before it tells anybody.
  await fixture.ingest([{ id: customer, tx: 'new' }])
  await fixture.evictAll()
  expect(await fixture.total(customer)).toBe('5')
})

test('a meter does not listen to what is out of date', async () => {
  const fixture = await PlacedFixture.create(1)
  const { environmentId } = fixture
  const customer = await fixture.addCustomer()
  await fixture.ingest(events(customer, 0, 10))
  await fixture.ingest(events('unmoved', 0, 1))
  for (const meters of [1, 2]) {
    await fixture.beginPlacement(customer, meters)
    await completeMoves(bindings, environmentId)
  }
  const home = (await fixture.meterNames()).filter((name) => name.includes('/2:2/'))
  const tell = (member: string, epoch: number, number: number, ingestId = customer) =>
    bindings.METER.getByName(`${environmentId}/0`).beTold({
      environmentId,
      member,
      version: 1,
      number,
      ids: [{ ingestId, epoch }],
      suppressed: [{ ingestId, seq: 1, index: 0 }],
    })
  // A former home, a member that has told something later, and one about an id that is at home.
  await tell(home[0]!, 1, 1_000)
  await tell(home[0]!, 2, 0)
  await tell(home[1]!, 2, 0)
  await tell(home[0]!, 9, 1_000, 'unmoved')
  expect(await fixture.total(customer)).toBe('10')
  await tell(home[0]!, 2, 1_000)
  expect(await fixture.total(customer)).toBe('9')
})

test('a meter that ids have left decides nothing about them any more', async () => {
  const fixture = await PlacedFixture.create(1)
  const [customer, other] = [await fixture.addCustomer(), await fixture.addCustomer()]
  const complete = () => completeMoves(bindings, fixture.environmentId)
  await fixture.beginAliases(other, ['acme'])
  await fixture.beginPlacement(other, 1)
  await complete()
  // First in the meter of the other customer, then in the shared one.
  await fixture.ingest(events('acme', 0, 4).map((event) => ({ ...event, v: '10' })))
  await fixture.ingest([...events(customer, 0, 6), { id: 'zeta', tx: 'z' }])
  await fixture.beginPlacement(customer, 2)
  await complete()
  await fixture.beginAliases(other, [])
  await complete()
  await fixture.beginAliases(customer, ['acme', 'zeta'])
  await complete()
  expect(await fixture.total(customer)).toBe('43')
  await fixture.beginAliases(customer, ['acme'])
  await complete()
  expect(await fixture.total(customer)).toBe('42')
  await fixture.evictAll()
  expect(await fixture.total(customer)).toBe('42')
  expect(await fixture.verify(customer)).toEqual([])
})

test('cron goes on with moves that were left behind', async () => {
  const fixture = await PlacedFixture.create(1)
  const customer = await fixture.addCustomer()
  await fixture.ingest(events(customer, 0, 3))
  await fixture.beginPlacement(customer, 2)
  expect(await fixture.moves()).toHaveLength(1)
  await completeLeftMoves(bindings)
  expect(await fixture.moves()).toEqual([])
  expect(await fixture.ingest(events(customer, 2, 4))).toEqual([false, true])
})

test('an id with very many events moves with all of them', async () => {
  const fixture = await PlacedFixture.create(1)
  const customer = await fixture.addCustomer()
  const SENT = 12_000
  for (let from = 0; from < SENT; from += 2_000) {
    await fixture.ingest(events(customer, from, from + 2_000))
    if (from === 4_000) await fixture.sealAll()
  }
  for (const meters of [1, 2]) {
    await fixture.beginPlacement(customer, meters)
    await completeMoves(bindings, fixture.environmentId)
    await fixture.evictAll()
    for (let from = 0; from < SENT; from += 3_000) {
      expect(await fixture.ingest(events(customer, from, from + 3_000))).not.toContain(true)
    }
  }
  expect(await fixture.ingest(events(customer, SENT, SENT + 1))).toEqual([true])
  expect(await fixture.total(customer)).toBe(String(SENT + 1))
})

test('what a former home decided is forgotten with the first word of the next one', async () => {
  const fixture = await PlacedFixture.create(1)
  const customer = await fixture.addCustomer()
  const complete = () => completeMoves(bindings, fixture.environmentId)
  await fixture.ingest(events('acme', 0, 8).map((event) => ({ ...event, v: '10' })))
  await fixture.ingest(events(customer, 0, 8))
  await fixture.beginPlacement(customer, 2)
  await complete()
  await fixture.beginAliases(customer, ['acme'])
  await complete()
  expect(await fixture.total(customer)).toBe('80')
  // The alias leaves, and the home changes before it has told anybody what that changes.
  await fixture.beginAliases(customer, [])
  await fixture.beginPlacement(customer, 3)
  await complete()
  expect(await fixture.total(customer)).toBe('8')
  await fixture.evictAll()
  expect(await fixture.total(customer)).toBe('8')
  expect(await fixture.verify(customer)).toEqual([])
})
