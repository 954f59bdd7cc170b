import { count, during, faultsOfStep, note, someCustomer } from '../simulation.ts'
import { change, type Simulation } from '../simulation.ts'

/** Makes a customer; events under one of its aliases may have come before. */
export async function createCustomer(simulation: Simulation): Promise<void> {
  const { books, client, random } = simulation
  const number = books.customers.length + 1
  const aliases = [`c${number}`, `c${number}-spare`]
  const isAwaited = !books.customers.some(({ ingestIds }) => ingestIds.includes('nobody-yet'))
  if (isAwaited && random.chance(0.4)) aliases.push('nobody-yet')
  const body = { name: `Customer ${number}`, ingest_aliases: aliases }
  const answer = await change(simulation, '/v1/customers', body, async () => {
    const { data } = await client.read(`/v1/customers?ingest_alias=c${number}`)
    return data.length === 0 ? null : { data: data[0] }
  })
  const { id } = answer.data as { id: string }
  books.customers.push({
    id,
    ingestIds: [id, ...aliases],
    contracts: [],
    balances: [],
    drafted: [],
    final: [],
  })
  note(simulation, `customer ${id} with ${aliases.join(', ')}`)
  count(simulation, 'customers')
}

/** Gives one customer's alias to another one, with all usage that was ever sent under it. */
export async function moveAlias(simulation: Simulation): Promise<void> {
  const { client, random, books } = simulation
  const from = someCustomer(simulation)
  const to = someCustomer(simulation)
  const [, ...aliases] = from.ingestIds
  if (from === to || aliases.length < 2 || books.customers.length < 2) return
  const alias = random.pick(aliases)
  const faults = faultsOfStep(simulation)
  const set = async (id: string, ingestIds: string[]) => {
    const path = `/v1/customers/${id}/setIngestAliases`
    const { status, body } = await during(simulation, faults, () =>
      client.ask({ method: 'POST', path, body: { ingest_aliases: ingestIds } }),
    )
    if (status !== 200) throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`)
  }
  note(simulation, `alias ${alias} goes from ${from.id} to ${to.id}`)
  from.ingestIds = from.ingestIds.filter((each) => each !== alias)
  await set(from.id, from.ingestIds.slice(1))
  to.ingestIds = [...to.ingestIds, alias]
  await set(to.id, to.ingestIds.slice(1))
  count(simulation, 'aliases moved')
}
