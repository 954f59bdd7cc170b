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
