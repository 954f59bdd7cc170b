import { createHash } from 'node:crypto'
import { createClient, type Client, type Json } from './client.ts'
import type { Books, Customer } from './model/books.ts'
import { CHAOS, NO_FAULTS, type FaultRates } from './platform/faults.ts'
import { createRandom, type Random } from './platform/random.ts'
import { createWorld, type World } from './platform/world.ts'

export const START_MS = Date.UTC(2026, 0, 1, 0, 30)
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

const NOTES_MAX = 25
const SETTLE_MS = 2_000
const ATTEMPTS_MAX = 5
const TOKEN = 'simulated'
const ENVIRONMENT_ID = '00000000-0000-4000-8000-000000000001'

/** One run: the installation, what its clients know, and what has been done lately. */
export interface Simulation {
  seed: number
  random: Random
  world: World
  client: Client
  books: Books
  /** What customers buy, by the name that the simulation gives it. */
  offer: Offer
  /** The finalized invoices as they were first seen, by id. */
  seen: Map<string, string>
  notes: string[]
  step: number
  counts: Record<string, number>
}

export interface Offer {
  cardId: string
  fixedProductId: string
}

export function createSimulation(bundle: string, seed: number): Simulation {
  const world = createWorld(bundle, String(seed), START_MS)
  addEnvironment(world)
  const simulation: Simulation = {
    seed,
    random: createRandom(`${seed}/actors`),
    world,
    client: createClient(world, TOKEN, () => NO_FAULTS),
    books: { metrics: [], products: [], rates: [], customers: [], events: [] },
    offer: { cardId: '', fixedProductId: '' },
    seen: new Map(),
    notes: [],
    step: 0,
    counts: {},
  }
  return simulation
}

function addEnvironment({ database }: World): void {
  database.run(
    `INSERT INTO environments (id, kind, name, created_at) VALUES (?, 'PRODUCTION', 'simulated', 0)`,
    ENVIRONMENT_ID,
  )
  database.run(
    `INSERT INTO api_tokens (id, environment_id, name, scope, token_hash, prefix, created_at)
    VALUES ('00000000-0000-4000-8000-000000000101', ?, 'simulated', 'full', ?, '', 0)`,
    ENVIRONMENT_ID,
    createHash('sha256').update(TOKEN).digest('hex'),
  )
}

export function note(simulation: Simulation, text: string): void {
  const { notes, step, world } = simulation
  if (notes.length >= NOTES_MAX) notes.shift()
  const line = `${step} ${new Date(world.scheduler.nowMs).toISOString()} ${text}`
  notes.push(line)
  world.trace.add(line)
}

/** Does some work with all its requests, with faults or without; afterwards there are none. */
export async function during<T>(
  { world }: Simulation,
  faults: FaultRates,
  work: () => Promise<T>,
): Promise<T> {
  world.setFaults(faults)
  try {
    return await world.scheduler.until(work)
  } finally {
    world.setFaults(NO_FAULTS)
    // What nobody waits for any more goes on all the same.
    await world.scheduler.advanceTo(world.scheduler.nowMs + SETTLE_MS)
  }
}

/** The faults of a step: chaos in some, none in others, so that both are compared with the model. */
export function faultsOfStep({ random }: Simulation): FaultRates {
  return random.chance(0.4) ? CHAOS : NO_FAULTS
}

/**
 * Changes something, once, whatever fails on the way. An answer that says only that something went
 * wrong makes the client look whether it was done, and ask again under another key.
 * @param find looks for what was asked for; null when it is not there
 */
export async function change(
  simulation: Simulation,
  path: string,
  body: unknown,
  find: () => Promise<Json>,
): Promise<Json> {
  const { client, random } = simulation
  const key = `k-${simulation.step}-${random.integer(0, 2 ** 40)}`
  const faults = faultsOfStep(simulation)
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { status, body: answered } = await during(simulation, faults, () =>
      client.ask({ method: 'POST', path, body, key: `${key}-${attempt}` }),
    )
    if (status === 200) return answered
    const found = attempt > 0 || status === 500 ? await find() : null
    if (found !== null) return found
    if (status !== 500) throw new Error(`${path} answers ${status}: ${JSON.stringify(answered)}`)
    note(simulation, `${path} failed and is asked again`)
  }
  throw new Error(`${path} fails every time`)
}

export function count({ counts }: Simulation, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export function floorTo(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs
}

export function someCustomer({ random, books }: Simulation): Customer {
  return random.pick(books.customers)
}
