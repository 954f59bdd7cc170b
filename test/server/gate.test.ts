import { afterAll, beforeAll, expect, test } from 'vitest'
import { costOf, createGateCustomer, type GateCustomer } from './gate-customer.ts'
import {
  committedMost,
  committedMostDuring,
  committedNow,
  doubtfulNow,
  noteAnswer,
  startEnd,
  startGate,
  startUse,
  usedNow,
  type Asked,
  type AskedGate,
  type GateLog,
} from './gate-log.ts'
import { startServer, type TestServer } from './start-server.ts'

/** The long run: TACTUS_TEST_GATES=10000. */
const GATES = Number(process.env['TACTUS_TEST_GATES'] ?? 2_000)
const IN_FLIGHT = 256
const TIMEOUT_MS = 60_000 + GATES * 60
const UNITS_MAX = 40
/** Used up when three quarters of the gates have been asked for: each comes to some 13 units. */
const AVAILABLE = Math.round(GATES * 0.75 * 13)

let server: TestServer
let customer: GateCustomer
beforeAll(async () => {
  server = await startServer()
  customer = await createGateCustomer(server.url, AVAILABLE)
})
afterAll(() => server.remove())

test(
  'gates in parallel and a kill -9 grant all there is, and no fraction of a cent more',
  async () => {
    const log: GateLog = { gates: [], uses: [], time: 0 }
    const random = randomNumbers()
    await runGates(log, random, { gates: GATES * 0.4, isKilled: true })
    await server.startAgain()
    await askAgain(log)
    const doubtful = doubtfulNow(log)
    expect(doubtful).toBeLessThanOrEqual(IN_FLIGHT * UNITS_MAX)
    await expectLeft(AVAILABLE - committedNow(log), doubtful)

    await runGates(log, random, { gates: GATES, isKilled: false })
    await expectLeft(AVAILABLE - committedNow(log), doubtful)
    expect(committedMost(log)).toBeLessThanOrEqual(AVAILABLE)
    const denied = log.gates.filter(({ hold }) => hold === null)
    expect(denied.length).toBeGreaterThan(GATES / 50)
    const leftWhileDenied = denied.map((gate) => AVAILABLE - committedMostDuring(log, gate))
    expect(denied.filter(({ units }, i) => units <= leftWhileDenied[i]!)).toEqual([])

    // What is held and was not settled ends: what is left then is known to the last unit.
    await customer.expireHolds()
    const left = AVAILABLE - usedNow(log)
    expect(left).toBeGreaterThan(0)
    await expectLeft(left, 0)
    expect(await customer.readBalance()).toBe(costOf(left))
  },
  TIMEOUT_MS,
)

/** A unit more than what may be left is denied, and what is left for certain is not. */
async function expectLeft(most: number, doubtful: number): Promise<void> {
  expect(await customer.isAllowed(most + 1)).toBe(false)
  const least = most - doubtful
  if (least > 0) expect(await customer.isAllowed(least)).toBe(true)
}

/**
 * Asks for gates until there have been so many; of those that are granted, most are settled, some
 * released, some neither. In the first third, other usage is ingested as well.
 */
async function runGates(
  log: GateLog,
  random: (count: number) => number,
  { gates, isKilled }: { gates: number; isKilled: boolean },
): Promise<void> {
  const kills: Promise<void>[] = []
  const work = async () => {
    while (log.gates.length < gates && kills.length === 0) {
      const gate = startGate(log, 1 + random(UNITS_MAX))
      const isKept = log.gates.length % 10 === 0
      const hold = await customer.ask(gate.units, isKept ? gate.key : undefined)
      gate.hold = hold
      noteAnswer(log, gate)
      if (hold !== null && random(5) > 0) {
        startEnd(log, gate, random(4) === 0 ? 0 : 1 + random(gate.units))
        await answerEnd(log, gate)
      }
      if (log.gates.length < GATES / 3 && random(4) === 0) {
        const use = startUse(log, 1 + random(10))
        await customer.use(use.id, use.units)
        noteAnswer(log, use)
      }
      if (isKilled && log.gates.length >= gates && kills.length === 0) kills.push(server.kill())
    }
  }
  const works = Array.from({ length: IN_FLIGHT }, () =>
    work().catch((error: unknown) => {
      if (kills.length === 0) throw error
    }),
  )
  await Promise.all(works)
  await Promise.all(kills)
}

async function answerEnd(log: GateLog, { hold, end }: AskedGate): Promise<void> {
  await (end!.units === 0 ? customer.release(hold!) : customer.settle(hold!, end!.units))
  noteAnswer(log, end!)
}

/**
 * Whether what was not answered has happened is not known: it is asked for again, but for gates,
 * which may be held or not. Those that were answered are the same under their keys.
 */
async function askAgain(log: GateLog): Promise<void> {
  const isUnanswered = ({ answeredAt }: Asked) => answeredAt === undefined
  const ends = log.gates.filter(({ end }) => end !== undefined && isUnanswered(end))
  const uses = log.uses.filter(isUnanswered)
  expect(ends.length + uses.length).toBeGreaterThan(0)
  for (const gate of ends) await answerEnd(log, gate)
  for (const use of uses) {
    await customer.use(use.id, use.units)
    noteAnswer(log, use)
  }
  const kept = log.gates.filter((gate, i) => (i + 1) % 10 === 0 && !isUnanswered(gate))
  for (const gate of kept.slice(-20)) {
    expect(await customer.ask(gate.units, gate.key)).toBe(gate.hold)
  }
}

/** Whole numbers below a count: the same in every run. */
function randomNumbers(): (count: number) => number {
  let state = 1
  return (count) => {
    state = (state * 48_271) % 2_147_483_647
    return state % count
  }
}
