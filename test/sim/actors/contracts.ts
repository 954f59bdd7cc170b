import type {
  Balance,
  Contract,
  Customer,
  Override,
  RecurringCredit,
  ScheduledCharge,
} from '../model/books.ts'
import { count, DAY_MS, floorTo, HOUR_MS, iso, note, someCustomer } from '../simulation.ts'
import { change, type Simulation } from '../simulation.ts'
import { price } from './offer.ts'

/** Signs a customer up that has no contract, or one whose contract has ended. */
export async function createContract(simulation: Simulation): Promise<void> {
  const { random, world, client } = simulation
  const customer = someCustomer(simulation)
  const last = customer.contracts.at(-1)
  const today = floorTo(world.scheduler.nowMs, DAY_MS)
  const isRunning = last !== undefined && (last.endMs ?? Infinity) > today
  const renewed = isRunning && random.chance(0.4) ? last : null
  if (isRunning && renewed === null) return
  const earliest =
    renewed === null ? Math.max(last?.endMs ?? 0, today - 20 * DAY_MS) : today + DAY_MS
  const startMs = Math.max(earliest, today + random.integer(-20, 3) * DAY_MS)
  // Not before the one that it takes over from has begun, nor after that has ended.
  if (renewed !== null && renewed.startMs >= startMs) return
  if (renewed !== null && (renewed.endMs ?? Infinity) < startMs) return
  const name = `contract-${simulation.step}`
  const anchorDay = random.chance(0.6) ? 1 : new Date(startMs).getUTCDate()
  if (anchorDay > 28) return
  const contract: Contract = {
    id: '',
    startMs,
    endMs: random.chance(0.4) ? startMs + random.integer(10, 70) * DAY_MS : null,
    anchorDay,
    overrides: newOverrides(simulation, startMs, 2),
    scheduledCharges: someTimes(simulation, 2, () => newCharge(simulation, startMs)),
    recurringCredits: someTimes(simulation, 1, () => ({
      name: `recurring-${simulation.step}`,
      priority: newPriority(simulation, customer),
      amount: String(random.integer(1, 300)),
    })),
    fromContractId: renewed?.id ?? null,
    changedAtMs: 0,
  }
  const balances = someTimes(simulation, 3, () => newBalance(simulation, customer, contract))
  const body = {
    customer_id: customer.id,
    rate_card_id: simulation.offer.cardId,
    name,
    uniqueness_key: name,
    starting_at: iso(startMs),
    ...(contract.endMs !== null && { ending_before: iso(contract.endMs) }),
    usage_statement_schedule: {
      frequency: 'MONTHLY',
      day: anchorDay === 1 ? 'FIRST_OF_MONTH' : 'CONTRACT_START',
    },
    overrides: contract.overrides.map(toApiOverride),
    scheduled_charges: contract.scheduledCharges.map((each) => toApiCharge(simulation, each)),
    ...toApiBalances(simulation, balances),
    recurring_credits: contract.recurringCredits.map((each) =>
      toApiRecurring(simulation, each, startMs),
    ),
    ...(renewed !== null && {
      transition: { type: 'RENEWAL', from_contract_id: renewed.id },
    }),
  }
  note(simulation, `signs ${JSON.stringify(body)}`)
  const answer = await change(simulation, '/v1/contracts/create', body, async () => {
    const { data } = await client.read('/v2/contracts/list', { customer_id: customer.id })
    const found = data.find((each: { name?: string }) => each.name === name)
    return found === undefined ? null : { data: found }
  })
  contract.id = answer.data.id
  contract.changedAtMs = world.scheduler.nowMs
  customer.contracts.push(contract)
  if (renewed !== null) {
    renewed.endMs = Math.min(renewed.endMs ?? Infinity, startMs)
    renewed.changedAtMs = world.scheduler.nowMs
    count(simulation, 'renewals')
  }
  for (const balance of balances) balance.contractId = contract.id
  await keepBalances(simulation, customer, balances)
  count(simulation, 'contracts')
}

/** Adds terms to a contract that runs, or ends it on another day. */
export async function editContract(simulation: Simulation): Promise<void> {
  const { random, world, client } = simulation
  const customer = someCustomer(simulation)
  const contract = customer.contracts.at(-1)
  const now = world.scheduler.nowMs
  if (contract === undefined || (contract.endMs ?? Infinity) <= now) return
  const today = floorTo(now, DAY_MS)
  const fromMs = Math.max(contract.startMs, today + random.integer(-10, 5) * DAY_MS)
  const overrides = newOverrides(simulation, fromMs, 1)
  const charges = someTimes(simulation, 1, () => newCharge(simulation, Math.max(fromMs, today)))
  const balances = someTimes(simulation, 1, () =>
    newBalance(simulation, customer, contract, fromMs),
  )
  for (const balance of balances) balance.contractId = contract.id
  const mayEnd = random.chance(0.1)
  // One that takes over, or is taken over from, stays as it is.
  const endMs =
    mayEnd && contract.fromContractId === null ? today + random.integer(1, 40) * DAY_MS : undefined
  const ends = endMs !== undefined && endMs > contract.startMs
  if (overrides.length + charges.length + balances.length === 0 && !ends) return
  const { commits, credits } = toApiBalances(simulation, balances)
  const key = `edit-${simulation.step}`
  const body = {
    customer_id: customer.id,
    contract_id: contract.id,
    uniqueness_key: key,
    ...(overrides.length > 0 && { add_overrides: overrides.map(toApiOverride) }),
    ...(charges.length > 0 && {
      add_scheduled_charges: charges.map((each) => toApiCharge(simulation, each)),
    }),
    ...(commits.length > 0 && { add_commits: commits }),
    ...(credits.length > 0 && { add_credits: credits }),
    ...(ends && { update_contract_end_date: iso(endMs) }),
  }
  note(simulation, `edits ${JSON.stringify(body)}`)
  await change(simulation, '/v2/contracts/edit', body, async () => {
    const reference = { customer_id: customer.id, contract_id: contract.id }
    const { data } = await client.read('/v2/contracts/getEditHistory', reference)
    const found = data.find((each: { uniqueness_key?: string }) => each.uniqueness_key === key)
    return found === undefined ? null : { data: found }
  })
  contract.overrides.push(...overrides)
  contract.scheduledCharges.push(...charges)
  if (ends) contract.endMs = endMs
  contract.changedAtMs = now
  await keepBalances(simulation, customer, balances)
  count(simulation, 'edits')
}

function someTimes<T>({ random }: Simulation, max: number, make: () => T): T[] {
  return Array.from({ length: random.integer(0, max) }, make)
}

/** Some of them are for the same as another one, and only the order says which of them holds. */
function newOverrides(simulation: Simulation, fromMs: number, max: number): Override[] {
  const overrides = someTimes(simulation, max, () => newOverride(simulation, fromMs))
  const rivals = overrides
    .filter(({ change: to }) => 'price' in to && simulation.random.chance(0.5))
    .map((override) => ({ ...override, change: { price: price(simulation) } }))
  return [...overrides, ...rivals]
}

function newOverride(simulation: Simulation, fromMs: number): Override {
  const { random, books } = simulation
  const startMs = fromMs + random.integer(0, 10 * 24) * HOUR_MS
  const endMs = random.chance(0.5) ? startMs + random.integer(1, 30 * 24) * HOUR_MS : null
  const everything = { productId: null, tag: null, pricingValues: null }
  const product = random.pick(books.products)
  if (random.chance(0.4)) {
    const values = product.pricingKey.includes('model') ? { model: 'large' } : null
    const isWhole = product.pricingKey.length === 0 || values !== null
    if (isWhole) {
      const target = { productId: product.id, tag: null, pricingValues: values }
      return { startMs, endMs, ...target, change: { price: price(simulation) } }
    }
  }
  const multiplier = String(random.integer(0, 15) / 10)
  const targets = [
    everything,
    { ...everything, tag: random.pick(['ai', 'platform']) },
    { ...everything, productId: product.id },
  ]
  return { startMs, endMs, ...random.pick(targets), change: { multiplier } }
}

function toApiOverride({ startMs, endMs, productId, tag, pricingValues, change: to }: Override) {
  const isTargeted = productId !== null || tag !== null
  return {
    starting_at: iso(startMs),
    ...(endMs !== null && { ending_before: iso(endMs) }),
    ...(isTargeted && {
      override_specifiers: [
        {
          ...(productId !== null && { product_id: productId }),
          ...(tag !== null && { product_tags: [tag] }),
          ...(pricingValues !== null && { pricing_group_values: pricingValues }),
        },
      ],
    }),
    ...('multiplier' in to
      ? { type: 'MULTIPLIER', multiplier: Number(to.multiplier) }
      : { type: 'OVERWRITE', overwrite_rate: { rate_type: 'FLAT', price: Number(to.price) } }),
  }
}

function newCharge({ random }: Simulation, fromMs: number): ScheduledCharge {
  const atMs = fromMs + random.integer(0, 40) * DAY_MS
  return { atMs, amount: String(random.integer(1, 900) * 10) }
}

function toApiCharge({ offer }: Simulation, { atMs, amount }: ScheduledCharge) {
  return {
    product_id: offer.fixedProductId,
    name: `Charge of ${amount}`,
    schedule: { schedule_items: [{ timestamp: iso(atMs), amount: Number(amount) }] },
  }
}

/** Its id is the name that it is found by, until it is known. */
function newBalance(
  simulation: Simulation,
  customer: Customer,
  { startMs: contractMs }: Contract,
  fromMs = contractMs,
): Balance {
  const { random, books } = simulation
  const priority = newPriority(simulation, customer)
  const startMs = fromMs + random.integer(0, 5) * DAY_MS
  const middleMs = startMs + random.integer(1, 40) * DAY_MS
  const endMs = middleMs + random.integer(1, 40) * DAY_MS
  const amount = () => String(random.integer(1, 4_000) / 10 ** random.integer(0, 2))
  const segments = random.chance(0.3)
    ? [
        { id: '', startMs, endMs: middleMs, amount: amount() },
        { id: '', startMs: middleMs, endMs, amount: amount() },
      ]
    : [{ id: '', startMs, endMs, amount: amount() }]
  const type = random.pick(['PREPAID', 'PREPAID', 'CREDIT', 'CREDIT', 'POSTPAID'] as const)
  if (type === 'POSTPAID') segments.splice(1)
  return {
    id: `balance-${simulation.step}-${priority}`,
    type,
    trueupMs: type === 'POSTPAID' ? segments[0]!.endMs + random.integer(0, 10) * DAY_MS : null,
    rolledFrom: null,
    rolloverFraction:
      type !== 'POSTPAID' && segments.length === 1 && random.chance(0.5)
        ? String(random.integer(1, 10) / 10)
        : null,
    priority,
    productIds: random.chance(0.5)
      ? null
      : random
          .shuffle(books.products)
          .slice(0, random.integer(1, 3))
          .map(({ id }) => id),
    contractId: null,
    segments,
    manual: [],
  }
}

function newPriority({ random }: Simulation, { balances }: Customer): number {
  for (;;) {
    const priority = random.integer(1, 1_000_000)
    if (!balances.some((each) => each.priority === priority)) return priority
  }
}

function toApiBalances({ offer }: Simulation, balances: readonly Balance[]) {
  const toApi = ({ id, priority, productIds, segments, trueupMs, rolloverFraction }: Balance) => ({
    product_id: offer.fixedProductId,
    name: id,
    priority,
    ...(productIds !== null && { applicable_product_ids: productIds }),
    ...(rolloverFraction !== null && { rollover_fraction: Number(rolloverFraction) }),
    ...(trueupMs !== null && {
      invoice_schedule: {
        schedule_items: [{ timestamp: iso(trueupMs), amount: Number(segments[0]!.amount) }],
      },
    }),
    access_schedule: {
      schedule_items: segments.map(({ startMs, endMs, amount }) => {
        return { starting_at: iso(startMs), ending_before: iso(endMs), amount: Number(amount) }
      }),
    },
  })
  return {
    commits: balances.flatMap((each) =>
      each.type === 'CREDIT' ? [] : [{ ...toApi(each), type: each.type }],
    ),
    credits: balances.flatMap((each) => (each.type === 'CREDIT' ? [toApi(each)] : [])),
  }
}

/** Finds the ids that balances and their segments were given. */
async function keepBalances(
  simulation: Simulation,
  customer: Customer,
  balances: readonly Balance[],
): Promise<void> {
  if (balances.length === 0) return
  const found = await readBalances(simulation, customer)
  for (const balance of balances) {
    const match = found.find((each) => each.name === balance.id)
    if (match === undefined) throw new Error(`the balance ${balance.id} is not there`)
    balance.id = match.id
    for (const [i, segment] of balance.segments.entries()) {
      segment.id = match.access_schedule.schedule_items[i]!.id
    }
    customer.balances.push(balance)
    count(simulation, 'balances')
  }
}

function toApiRecurring(
  { offer }: Simulation,
  { name, priority, amount }: RecurringCredit,
  startMs: number,
) {
  return {
    product_id: offer.fixedProductId,
    name,
    priority,
    access_amount: { unit_price: Number(amount), quantity: 1 },
    starting_at: iso(startMs),
    commit_duration: { value: 1, unit: 'PERIODS' },
    proration: 'FIRST',
  }
}

export interface FoundBalance {
  rolled_over_from?: { commit_id?: string; credit_id?: string }
  id: string
  name?: string
  balance: string
  access_schedule: { schedule_items: { id: string; amount: string; starting_at: string }[] }
  ledger: { type: string; amount: string; segment_id?: string; reason?: string }[]
}

/** All balances of a customer, with their ledgers. */
export async function readBalances(
  { client }: Simulation,
  { id }: Customer,
): Promise<FoundBalance[]> {
  const found: FoundBalance[] = []
  let cursor: string | undefined
  do {
    const page = await client.read('/v1/contracts/customerBalances/list', {
      customer_id: id,
      include_contract_balances: true,
      include_balance: true,
      include_ledgers: true,
      ...(cursor !== undefined && { next_page: cursor }),
    })
    found.push(...(page.data as FoundBalance[]))
    cursor = page.next_page ?? undefined
  } while (cursor !== undefined)
  return found
}
