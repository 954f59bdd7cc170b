import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId, createMetric, createProduct, createRateCard } from '../support/catalog.ts'

const PRODUCTS = '/v1/contract-pricing/products'

test('products are searched for by any part of a name or tag of any time, in either case', async () => {
  const api = await createTestApi()
  const names = async (body: object, query = '') => {
    const { body: answer } = await api.call('POST', `${PRODUCTS}/list${query}`, body)
    return answer.data.map(({ current }: { current: { name: string } }) => current.name).sort()
  }
  const metric = await createMetric(api, { name: 'Tokens' })
  const tokens = await createProduct(api, {
    name: 'Model tokens',
    tags: ['AI%'],
    billable_metric_id: metric,
  })
  const fee = await createdId(api, `${PRODUCTS}/create`, { name: 'Setup_fee', type: 'FIXED' })
  await api.call('POST', `${PRODUCTS}/update`, {
    product_id: fee,
    starting_at: '2027-01-01T00:00:00Z',
    name: 'Onboarding',
  })
  expect(await names({ search: 'TOKEN' })).toEqual(['Model tokens'])
  expect(await names({ search: 'ai%' })).toEqual(['Model tokens'])
  expect(await names({ search: '_' })).toEqual(['Setup_fee'])
  expect(await names({ search: 'onboard' })).toEqual(['Setup_fee'])
  expect(await names({ search: fee })).toEqual(['Setup_fee'])
  expect(await names({ search: 'e', types: ['FIXED'] })).toEqual(['Setup_fee'])
  expect(await names({ ids: [tokens] })).toEqual(['Model tokens'])
  expect(await names({ billable_metric_id: metric })).toEqual(['Model tokens'])
  expect(await names({ search: 'nothing' })).toEqual([])
})

test('pages of a search belong to it', async () => {
  const api = await createTestApi()
  for (const name of ['Alpha 1', 'Beta', 'Alpha 2']) {
    await createdId(api, `${PRODUCTS}/create`, { name, type: 'FIXED' })
  }
  const page = (search: string, cursor = '') =>
    api.call('POST', `${PRODUCTS}/list?limit=1${cursor}`, { search })
  const first = await page('alpha')
  const cursor = `&next_page=${first.body.next_page}`
  const second = await page('alpha', cursor)
  const found = [...first.body.data, ...second.body.data].map(({ current }) => current.name)
  expect(new Set(found)).toEqual(new Set(['Alpha 1', 'Alpha 2']))
  expect(second.body.next_page).toBeNull()
  expect((await page('beta', cursor)).status).toBe(400)
})

test('metrics, rate cards and packages are searched for by name, alias or id', async () => {
  const api = await createTestApi()
  const metric = await createMetric(api, { name: 'Peak seats' })
  await createMetric(api, { name: 'Calls' })
  const card = await createRateCard(api, { name: 'List 2026', aliases: [{ name: 'public' }] })
  await createRateCard(api, { name: 'Partners' })
  const pack = await createdId(api, '/v1/packages/create', {
    name: 'Starter',
    aliases: [{ name: 'self-serve' }],
  })
  await createdId(api, '/v1/packages/create', { name: 'Enterprise' })
  const idsOf = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id)
  const metrics = async (search: string) =>
    idsOf(await api.call('GET', `/v1/billable-metrics?search=${encodeURIComponent(search)}`))
  const list = async (path: string, search: string) =>
    idsOf(await api.call('POST', path, { search }))
  for (const search of ['SEATS', metric]) expect(await metrics(search)).toEqual([metric])
  for (const search of ['2026', 'Public', card]) {
    expect(await list('/v1/contract-pricing/rate-cards/list', search)).toEqual([card])
  }
  for (const search of ['start', 'SELF', pack]) {
    expect(await list('/v1/packages/list', search)).toEqual([pack])
  }
})

test('a package is renamed, and takes aliases from others', async () => {
  const api = await createTestApi()
  const aliases = [{ name: 'starter' }]
  const first = await createdId(api, '/v1/packages/create', { name: 'Starter', aliases })
  const second = await createdId(api, '/v1/packages/create', { name: 'Newer' })
  const update = (body: object) => api.call('POST', '/v1/packages/update', body)
  const taken = [{ name: 'starter', starting_at: '2026-06-01T00:00:00.000Z' }]
  const changed = await update({ package_id: second, name: 'Starter 2', aliases: taken })
  expect(changed.body).toEqual({ data: { id: second } })
  const read = async (package_id: string) =>
    (await api.call('POST', '/v1/packages/get', { package_id })).body.data
  expect(await read(second)).toMatchObject({ name: 'Starter 2', aliases: taken })
  expect((await read(first)).aliases).toEqual([
    { name: 'starter', ending_before: '2026-06-01T00:00:00.000Z' },
  ])
  expect((await update({ package_id: second, name: 'Starter 3' })).status).toBe(200)
  expect(await read(second)).toMatchObject({ name: 'Starter 3', aliases: taken })
  await api.call('POST', '/v1/packages/archive', { package_id: second })
  expect((await update({ package_id: second, name: 'Late' })).status).toBe(400)
})
