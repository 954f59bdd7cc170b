import { createContract, editContract } from './actors/contracts.ts'
import { correctInvoice } from './actors/corrections.ts'
import { createCustomer, moveAlias } from './actors/customers.ts'
import { addEntry } from './actors/entries.ts'
import { giveUsage } from './actors/historical.ts'
import { releaseHeld } from './actors/release.ts'
import { sendEvents } from './actors/events.ts'
import { changeRate, createOffer } from './actors/offer.ts'
import { checkBalances } from './checks/balances.ts'
import { checkInvoices } from './checks/invoices.ts'
import { checkProofs, checkUsage } from './checks/usage.ts'
import {
  createSimulation,
  DAY_MS,
  during,
  faultsOfStep,
  HOUR_MS,
  MINUTE_MS,
  note,
  START_MS,
  type Simulation,
} from './simulation.ts'
import { bundleWorker, type Patch } from './platform/bundle.ts'
import { SMALL_LIMITS } from './small-limits.ts'
import { NO_FAULTS } from './platform/faults.ts'

const CUSTOMERS_MAX = 6
/** Work that has failed is tried again in every 64th minute at the latest. */
const ANY_RETRY_MS = 64 * MINUTE_MS

export interface Report {
  seed: number
  days: number
  steps: number
  hash: string
  counts: Record<string, number>
  customerDays: number
}

/** Makes the bundle that a seed is played on, once: those of odd ones meet small limits all the time. */
export function bundlesOf(patches: readonly Patch[] = []): (seed: number) => Promise<string> {
  const made = new Map<number, Promise<string>>()
  return (seed) => {
    const kind = seed % 2
    const bundle =
      made.get(kind) ?? bundleWorker(kind === 0 ? patches : [...patches, ...SMALL_LIMITS])
    made.set(kind, bundle)
    return bundle
  }
}

/** A check that did not hold, with all that is needed to see it again. */
export class SimulationError extends Error {
  readonly place: string
  readonly reason: string

  constructor(
    text: string,
    { place, reason, cause }: Record<'place' | 'reason', string> & ErrorOptions,
  ) {
    super(text, { cause })
    this.place = place
    this.reason = reason
  }
}

/**
 * Plays some days of random customers, and compares all that is answered with the model.
 * @param onDay called at the end of each day
 */
export async function simulate(
  bundle: string,
  seed: number,
  days: number,
  onDay: (simulation: Simulation) => void = () => undefined,
): Promise<Report> {
  const simulation = createSimulation(bundle, seed)
  let customerDays = 0
  try {
    await createOffer(simulation)
    await createCustomer(simulation)
    await createContract(simulation)
    for (let day = 1; day <= days; day += 1) {
      await playDay(simulation, START_MS + day * DAY_MS)
      onDay(simulation)
      customerDays += simulation.books.customers.length
    }
  } catch (error) {
    throw explain(simulation, error)
  }
  const { step: steps, world } = simulation
  const counts = { ...simulation.counts, 'messages queued': world.queue.sent }
  return { seed, days, steps, counts, customerDays, hash: world.trace.hash }
}

async function playDay(simulation: Simulation, endMs: number): Promise<void> {
  const { random, world, books } = simulation
  const { scheduler } = world
  const steps = random.integer(2, 6)
  const isDamaged = random.chance(0.3)
  if (isDamaged) await releaseHeld(simulation)
  else if (random.chance(0.3)) await giveUsage(simulation)
  for (let i = 0; i < steps; i += 1) {
    const left = endMs - 2 * HOUR_MS - scheduler.nowMs
    if (left > 0) await scheduler.advanceTo(scheduler.nowMs + random.integer(0, left / (steps - i)))
    simulation.step += 1
    await takeStep(simulation)
    if (random.chance(0.3)) await checkInvoices(simulation, random.pick(books.customers))
  }
  await sweepCalmly(simulation)
  await checkAllInvoices(simulation)
  for (const customer of books.customers) {
    await checkBalances(simulation, customer)
    if (random.chance(0.15)) await checkUsage(simulation, customer)
    if (random.chance(0.3)) await checkProofs(simulation, customer)
  }
  if (scheduler.nowMs < endMs) await scheduler.advanceTo(endMs)
}

async function takeStep(simulation: Simulation): Promise<void> {
  const { random, books } = simulation
  const kind = random.next()
  if (kind < 0.45) return sendEvents(simulation)
  if (kind < 0.6) return sweep(simulation)
  if (kind < 0.67) return changeRate(simulation)
  if (kind < 0.72 && books.customers.length < CUSTOMERS_MAX) return createCustomer(simulation)
  if (kind < 0.8) return createContract(simulation)
  if (kind < 0.9) return editContract(simulation)
  if (kind < 0.93) return moveAlias(simulation)
  if (kind < 0.95) return addEntry(simulation)
  if (kind < 0.995) return correctInvoice(simulation)
  return sendEvents(simulation)
}

/** Cron, often twice at the same time, and with faults: what fails is done by a later run. */
async function sweep(simulation: Simulation): Promise<void> {
  const { random, world } = simulation
  const runs = random.integer(1, 2)
  note(simulation, `${runs} runs of cron`)
  await during(simulation, faultsOfStep(simulation), () =>
    Promise.allSettled(Array.from({ length: runs }, () => world.runScheduled())),
  )
  await checkAllInvoices(simulation)
}

/** After whatever may finalize: events that come later are not on what is final. */
async function checkAllInvoices(simulation: Simulation): Promise<void> {
  for (const customer of simulation.books.customers) await checkInvoices(simulation, customer)
}

async function sweepCalmly(simulation: Simulation): Promise<void> {
  const { scheduler, runScheduled } = simulation.world
  const atMs = Math.ceil(scheduler.nowMs / ANY_RETRY_MS) * ANY_RETRY_MS
  await scheduler.advanceTo(atMs)
  note(simulation, 'a run of cron without faults')
  await during(simulation, NO_FAULTS, runScheduled)
}

function explain({ seed, step, notes, world }: Simulation, error: unknown): SimulationError {
  const printed = world.printed
    .slice(-5)
    .map((text) => text.split('\n')[0])
    .join('\n')
  const place = `seed ${seed}, step ${step}`
  const reason = error instanceof Error ? error.message : String(error)
  const text = [
    `${place}, ${new Date(world.scheduler.nowMs).toISOString()}: ${reason}`,
    `before it:\n${notes.join('\n')}`,
    printed === '' ? '' : `printed last:\n${printed}`,
  ].join('\n\n')
  return new SimulationError(text, { place, reason, cause: error })
}
