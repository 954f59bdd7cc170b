import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'

const PATH = '/v1/credit-types/list'

test('the built-in currencies are listed, dollars in cents first', async () => {
  const { call } = await createTestApi()
  const { status, body } = await call('GET', PATH)
  expect(status).toBe(200)
  expect(body.next_page).toBe(null)
  expect(body.data[0]).toEqual({
    id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2',
    name: 'USD (cents)',
    is_currency: true,
  })
  expect(body.data.map(({ name }: { name: string }) => name).join(' ')).toBe(
    'USD (cents) AUD BRL CAD CHF CZK EUR GBP INR MXN NGN NOK PLN SEK TRY ZAR NZD SGD',
  )
})

test('currencies are listed by page', async () => {
  const { call } = await createTestApi()
  const names: string[] = []
  let next = ''
  for (const size of [8, 8, 2]) {
    const { body } = await call('GET', `${PATH}?limit=8${next}`)
    expect(body.data).toHaveLength(size)
    names.push(...body.data.map(({ name }: { name: string }) => name))
    next = body.next_page === null ? '' : `&next_page=${encodeURIComponent(body.next_page)}`
  }
  expect(next).toBe('')
  expect(new Set(names).size).toBe(18)
})

test('a limit out of range and a foreign cursor are refused', async () => {
  const { call } = await createTestApi()
  expect((await call('GET', `${PATH}?limit=101`)).body.message).toBe(
    'limit: expected a whole number from 1 to 100',
  )
  expect((await call('GET', `${PATH}?next_page=abc`)).status).toBe(400)
})

test('custom pricing units are listed after the currencies, page by page', async () => {
  const { call } = await createTestApi()
  for (const name of ['AI credits', 'Tokens']) {
    expect((await call('POST', '/v1/credit-types/create', { name })).body.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name,
      is_currency: false,
    })
  }
  const first = await call('GET', `${PATH}?limit=19`)
  expect(first.body.data).toHaveLength(19)
  const second = await call(
    'GET',
    `${PATH}?limit=19&next_page=${encodeURIComponent(first.body.next_page)}`,
  )
  expect(second.body.next_page).toBe(null)
  // Both were made at one instant of the frozen clock: their ids decide.
  const custom = [first.body.data[18], ...second.body.data]
  expect(new Map(custom.map((row) => [row.name, row.is_currency]))).toEqual(
    new Map([
      ['AI credits', false],
      ['Tokens', false],
    ]),
  )
})

test('the name of a custom unit is the only one in its environment, and no currency', async () => {
  const [one, other] = [await createTestApi(), await createTestApi()]
  const create = ({ call }: typeof one, body: unknown) =>
    call('POST', '/v1/credit-types/create', body)
  expect((await create(one, { name: 'Tokens' })).status).toBe(200)
  const again = await create(one, { name: ' Tokens ' })
  expect([again.status, again.body.message]).toEqual([
    409,
    'name: there is a credit type "Tokens" already',
  ])
  expect((await create(other, { name: 'Tokens' })).status).toBe(200)
  expect((await create(one, { name: 'usd' })).body.message).toBe(
    'name: usd is a currency, which is there already',
  )
  for (const body of [{}, { name: '' }, { name: '  ' }, { name: 7 }]) {
    const { status, body: answer } = await create(one, body)
    expect([status, answer.message]).toEqual([400, expect.stringMatching(/^name: /)])
  }
})

test('a repeated request under one key makes one unit', async () => {
  const { call } = await createTestApi()
  const create = () =>
    call('POST', '/v1/credit-types/create', { name: 'Tokens' }, { 'Idempotency-Key': 'k' })
  const first = await create()
  expect(await create()).toMatchObject({ status: 200, body: first.body })
  expect((await call('GET', PATH)).body.data).toHaveLength(19)
})
