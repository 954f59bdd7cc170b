import { checkInvoices, fail, readInvoices } from '../checks/invoices.ts'
import type { Json } from '../client.ts'
import { Decimal } from '../model/exact.ts'
import { periodsOf } from '../model/periods.ts'
import type { ObjectStorage } from '../platform/object-storage.ts'
import { NO_FAULTS } from '../platform/faults.ts'
import { change, count, DAY_MS, during, note, type Simulation } from '../simulation.ts'

/**
 * Where an invoice is due, damages the logs for a while: it is held back, an operator makes it
 * final by hand, and it is what it would have been. What is not released is proven afterwards.
 */
export async function releaseHeld(simulation: Simulation): Promise<void> {
  const { world, client, random } = simulation
  if (!isSomeDue(simulation)) return
  note(simulation, 'the logs are damaged for a while, and a run of cron')
  const repair = damageLogs(simulation)
  await during(simulation, NO_FAULTS, world.runScheduled)
  const { data: held } = await client.read('/v1/invoices/held')
  const damaged = held.filter(({ code }: Json) => code === 'log_damaged')
  if (damaged.length > 0) await release(simulation, random.pick(damaged))
  repair()
  for (const customer of simulation.books.customers) await checkInvoices(simulation, customer)
}

function isSomeDue({ books, world }: Simulation): boolean {
  const now = world.scheduler.nowMs
  return books.customers.some(({ contracts, final }) =>
    contracts.some((contract) =>
      periodsOf(contract, now).some(
        ({ startMs, endMs }) =>
          endMs + DAY_MS <= now &&
          !final.some(
            ({ contractId, periodStartMs }) =>
              contractId === contract.id && periodStartMs === startMs,
          ),
      ),
    ),
  )
}

/** Changes the last checksum of every log; the answer puts them right again. */
function damageLogs({ world: { meters } }: Simulation): () => void {
  const damaged: { storage: ObjectStorage; seq: unknown; checksum: unknown }[] = []
  meters.damage((storage) => {
    const last = 'SELECT seq, checksum FROM chunks ORDER BY seq DESC LIMIT 1'
    for (const { seq, checksum } of storage.run(last)) {
      damaged.push({ storage, seq, checksum })
      storage.run('UPDATE chunks SET checksum = zeroblob(32) WHERE seq = ?', seq)
    }
    return false
  })
  return () => {
    meters.damage(() => false)
    for (const { storage, seq, checksum } of damaged) {
      const repair = 'UPDATE chunks SET checksum = ? WHERE seq = ? RETURNING 1'
      if (storage.run(repair, checksum, seq).length !== 1) fail('a damaged chunk is gone')
    }
  }
}

async function release(simulation: Simulation, held: Json): Promise<void> {
  const { customer_id, invoice_id } = held
  const customer = simulation.books.customers.find(({ id }) => id === customer_id)!
  const find = async (): Promise<Json> => {
    const invoices = await readInvoices(simulation, customer)
    return invoices.find(({ id }) => id === invoice_id) ?? null
  }
  const draft = await find()
  if (draft === null) fail(`the held invoice ${invoice_id} is not listed`)
  // The total as a client would send it, where that has all of its digits.
  const expected_total = Number(draft.total)
  if (!new Decimal(expected_total).eq(draft.total)) return
  const reason = `step ${simulation.step}`
  const path = '/v1/invoices/held/release'
  const body = { customer_id, invoice_id, expected_total, reason }
  note(simulation, `releases ${JSON.stringify(body)}`)
  await change(simulation, path, body, async () => {
    const found = await find()
    return found?.status === 'FINALIZED' ? { data: found } : null
  })
  const final = await find()
  if (final?.release?.reason !== reason || final.verification !== undefined) {
    fail(`the released invoice ${invoice_id} does not say so: ${JSON.stringify(final)}`)
  }
  count(simulation, 'held invoices released')
}
