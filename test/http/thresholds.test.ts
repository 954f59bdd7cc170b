import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

const USD_ID = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'

/** An offering with a product to sell commits by, and a contract from March on. */
async function signUp(terms: (fixedId: string) => object = () => ({})) {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id, productId } = await createOffering(api)
  const fixedId = await addFixed(api)
  const create = (members: object) =>
    api.call('POST', '/v1/contracts/create', {
      customer_id,
      rate_card_id,
      starting_at: '2026-03-01T00:00:00Z',
      ...members,
    })
  const created = await create(terms(fixedId))
  const contract_id: string = created.body.data?.id
  const edit = (members: object) =>
    api.call('POST', '/v2/contracts/edit', { customer_id, contract_id, ...members })
  const read = async () =>
    (await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })).body.data
  return { api, customer_id, rate_card_id, productId, fixedId, create, created, edit, read }
}

function addFixed(api: TestApi): Promise<string> {
  return createdId(api, '/v1/contract-pricing/products/create', { name: 'Top-up', type: 'FIXED' })
}

function spend(product_id: string, members: object = {}) {
  return {
    is_enabled: false,
    threshold_amount: 10_000,
    commit: { product_id },
    payment_gate_config: { payment_gate_type: 'NONE' },
    ...members,
  }
}

function prepaid(product_id: string, members: object = {}) {
  return { ...spend(product_id), threshold_amount: 1_000, recharge_to_amount: 2_000, ...members }
}

const TRACKER = {
  alias: 'top-ups',
  credit_type_id: USD_ID,
  reset_frequency: 'BILLING_PERIOD',
  applicable_spend_specifiers: [
    { spend_type: 'COMMIT_PURCHASE', sources: ['THRESHOLD_RECHARGE'], discounted: 'ANY' },
  ],
}

test('thresholds and trackers of a new contract are answered by both editions of the API', async () => {
  const { created, api, fixedId } = await signUp((fixed) => ({
    spend_threshold_configuration: spend(fixed, {
      discount_config: { fraction: 0.9 },
      payment_gate_config: {
        payment_gate_type: 'EXTERNAL',
        tax_type: 'PRECALCULATED',
        precalculated_tax_config: { tax_amount: 250, tax_name: 'VAT' },
      },
    }),
    prepaid_balance_threshold_configuration: prepaid(fixed, {
      commit: { product_id: fixed, name: 'Refill', priority: 3, applicable_product_tags: ['ai'] },
      discount_configuration: {
        payment_fraction: 0.85,
        cap: { spend_tracker_alias: 'top-ups', amount: 100_000 },
      },
      threshold_balance_specifiers: [
        {
          exclude: [
            { custom_field_filters: [{ entity: 'Commit', key: 'kind', value: 'promotion' }] },
          ],
        },
      ],
    }),
    spend_trackers: [TRACKER],
  }))
  const expected = {
    spend_threshold_configuration: {
      is_enabled: false,
      threshold_amount: 10_000,
      commit: { product_id: fixedId, priority: 100 },
      payment_gate_config: {
        payment_gate_type: 'EXTERNAL',
        tax_type: 'PRECALCULATED',
        precalculated_tax_config: { tax_amount: 250, tax_name: 'VAT' },
      },
      discount_configuration: { payment_fraction: 0.9 },
    },
    prepaid_balance_threshold_configuration: {
      is_enabled: false,
      threshold_amount: 1_000,
      recharge_to_amount: 2_000,
      commit: {
        product_id: fixedId,
        name: 'Refill',
        priority: 3,
        applicable_product_tags: ['ai'],
      },
      payment_gate_config: { payment_gate_type: 'NONE' },
      discount_configuration: {
        payment_fraction: 0.85,
        cap: { spend_tracker_alias: 'top-ups', amount: 100_000 },
      },
      threshold_balance_specifiers: [
        {
          exclude: [
            { custom_field_filters: [{ entity: 'Commit', key: 'kind', value: 'promotion' }] },
          ],
        },
      ],
    },
  }
  const { contract } = created.body.data
  expect(contract).toMatchObject({ ...expected, spend_trackers: [TRACKER] })
  const reference = { customer_id: contract.customer_id, contract_id: contract.id }
  const first = await api.call('POST', '/v1/contracts/get', reference)
  expect(first.body.data).toMatchObject({ initial: expected, current: expected })
})

test('edits add, update and take away thresholds and trackers, and their history shows it', async () => {
  const { api, edit, read, fixedId, customer_id } = await signUp()
  const added = await edit({
    add_spend_threshold_configuration: spend(fixedId, {
      discount_configuration: { payment_fraction: 0.5 },
    }),
    add_prepaid_balance_threshold_configuration: prepaid(fixedId, {
      commit: { product_id: fixedId, applicable_product_tags: ['ai'] },
    }),
    add_spend_trackers: [TRACKER],
  })
  expect(added.status).toBe(200)
  const updated = await edit({
    update_spend_threshold_configuration: {
      threshold_amount: 20_000,
      commit: { name: 'Prepayment' },
      discount_configuration: null,
    },
    update_prepaid_balance_threshold_configuration: {
      recharge_to_amount: 3_000,
      commit: {
        priority: null,
        applicable_product_tags: null,
        specifiers: [{ product_tags: ['a'] }],
      },
      discount_configuration: {
        payment_fraction: 0.8,
        cap: { spend_tracker_alias: 'top-ups', amount: 1 },
      },
    },
  })
  expect(updated.body.data.edit.update_spend_threshold_configuration).toEqual({
    is_enabled: false,
    threshold_amount: 20_000,
    commit: { product_id: fixedId, name: 'Prepayment', priority: 100 },
    payment_gate_config: { payment_gate_type: 'NONE' },
  })
  const contract = await read()
  expect(contract.spend_threshold_configuration).toEqual(
    updated.body.data.edit.update_spend_threshold_configuration,
  )
  expect(contract.prepaid_balance_threshold_configuration).toEqual({
    is_enabled: false,
    threshold_amount: 1_000,
    recharge_to_amount: 3_000,
    commit: { product_id: fixedId, priority: 100, specifiers: [{ product_tags: ['a'] }] },
    payment_gate_config: { payment_gate_type: 'NONE' },
    discount_configuration: {
      payment_fraction: 0.8,
      cap: { spend_tracker_alias: 'top-ups', amount: 1 },
    },
  })
  const kept = await edit({ archive_spend_trackers: ['top-ups'] })
  expect([kept.status, kept.body.message]).toEqual([
    404,
    expect.stringContaining('the contract has no tracker "top-ups"'),
  ])
  const uncapped = { payment_fraction: 0.8, cap: null }
  await edit({
    update_prepaid_balance_threshold_configuration: { discount_configuration: uncapped },
    archive_spend_trackers: ['top-ups'],
  })
  expect(await read()).toMatchObject({ spend_trackers: [] })
  const history = await api.call('POST', '/v2/contracts/getEditHistory', {
    customer_id,
    contract_id: contract.id,
  })
  expect(history.body.data).toMatchObject([
    { add_spend_trackers: [TRACKER], add_spend_threshold_configuration: { threshold_amount: 1e4 } },
    { update_spend_threshold_configuration: { threshold_amount: 2e4 } },
    { archive_spend_trackers: ['top-ups'] },
  ])
})

test('thresholds that make no sense are refused by the name of their field, and nothing is written', async () => {
  const { create, productId, fixedId, edit, read } = await signUp()
  const table: [object, number, string][] = [
    [
      { spend_threshold_configuration: spend(fixedId, { threshold_amount: 0 }) },
      400,
      'threshold_amount',
    ],
    [
      { spend_threshold_configuration: spend(UNKNOWN_ID) },
      404,
      'spend_threshold_configuration.commit.product_id',
    ],
    [
      { spend_threshold_configuration: spend(productId) },
      400,
      'spend_threshold_configuration.commit.product_id',
    ],
    [
      { spend_threshold_configuration: spend(fixedId, { discount_config: { fraction: 1.1 } }) },
      400,
      'discount_configuration.payment_fraction',
    ],
    [
      { spend_threshold_configuration: spend(fixedId, { discount_configuration: {} }) },
      400,
      'discount_configuration.payment_fraction',
    ],
    [
      {
        spend_threshold_configuration: spend(fixedId, {
          payment_gate_config: { payment_gate_type: 'STRIPE' },
        }),
      },
      400,
      'payment_gate_type: STRIPE is not supported yet: it comes with the Stripe connection',
    ],
    [
      {
        spend_threshold_configuration: spend(fixedId, {
          payment_gate_config: { payment_gate_type: 'NONE', tax_type: 'ANROK' },
        }),
      },
      400,
      'tax_type: ANROK is not supported yet',
    ],
    [
      {
        spend_threshold_configuration: spend(fixedId, {
          payment_gate_config: { payment_gate_type: 'EXTERNAL', tax_type: 'PRECALCULATED' },
        }),
      },
      400,
      'precalculated_tax_config: required',
    ],
    [
      { prepaid_balance_threshold_configuration: prepaid(fixedId, { threshold_amount: 499 }) },
      400,
      'threshold_amount: expected what is worth at least 500 USD (cents)',
    ],
    [
      { prepaid_balance_threshold_configuration: prepaid(fixedId, { recharge_to_amount: 1_500 }) },
      400,
      'recharge_to_amount: expected what is worth at least 1000 USD (cents) more',
    ],
    [
      {
        prepaid_balance_threshold_configuration: prepaid(fixedId, {
          custom_credit_type_id: UNKNOWN_ID,
        }),
      },
      400,
      'custom_credit_type_id',
    ],
    [
      {
        prepaid_balance_threshold_configuration: prepaid(fixedId, {
          commit: { product_id: fixedId, applicable_product_tags: ['a'], specifiers: [{}] },
        }),
      },
      400,
      'commit.specifiers',
    ],
    [{ spend_trackers: [TRACKER, TRACKER] }, 400, 'spend_trackers'],
    [{ spend_trackers: [{ ...TRACKER, credit_type_id: UNKNOWN_ID }] }, 400, 'spend_trackers'],
  ]
  for (const [members, status, message] of table) {
    const { status: got, body } = await create(members)
    expect([members, got, body.message]).toEqual([
      members,
      status,
      expect.stringContaining(message),
    ])
  }
  const edits: [object, number, string][] = [
    [{ update_spend_threshold_configuration: { is_enabled: true } }, 404, 'the contract has none'],
    [{ update_prepaid_balance_threshold_configuration: {} }, 404, 'the contract has none'],
    [{ archive_spend_trackers: ['x'] }, 404, 'archive_spend_trackers[0]'],
    [
      { add_prepaid_balance_threshold_configuration: prepaid(fixedId, { threshold_amount: 1 }) },
      400,
      'add_prepaid_balance_threshold_configuration.threshold_amount',
    ],
  ]
  for (const [members, status, message] of edits) {
    const { status: got, body } = await edit(members)
    expect([members, got, body.message]).toEqual([
      members,
      status,
      expect.stringContaining(message),
    ])
  }
  expect(await read()).not.toHaveProperty('spend_threshold_configuration')
})

test('a contract has one threshold of each kind', async () => {
  const { edit } = await signUp((fixed) => ({ spend_threshold_configuration: spend(fixed) }))
  const fixed = (await edit({ update_spend_threshold_configuration: { threshold_amount: 1 } })).body
  const product_id = fixed.data.edit.update_spend_threshold_configuration.commit.product_id
  const again = await edit({ add_spend_threshold_configuration: spend(product_id) })
  expect([again.status, again.body.message]).toEqual([
    400,
    'add_spend_threshold_configuration: the contract has one, to be updated',
  ])
})

test('contracts of a package have its thresholds', async () => {
  const { api, fixedId, rate_card_id, create } = await signUp()
  const package_id = await createdId(api, '/v1/packages/create', {
    name: 'Prepaid',
    rate_card_id,
    spend_threshold_configuration: spend(fixedId),
    prepaid_balance_threshold_configuration: prepaid(fixedId),
    spend_trackers: [TRACKER],
  })
  const read = await api.call('POST', '/v1/packages/get', { package_id })
  const expected = {
    spend_threshold_configuration: { threshold_amount: 10_000 },
    prepaid_balance_threshold_configuration: { recharge_to_amount: 2_000 },
    spend_trackers: [TRACKER],
  }
  expect(read.body.data).toMatchObject(expected)
  const made = await create({ package_id, rate_card_id: undefined })
  expect(made.body.data.contract).toMatchObject(expected)
  const refused = await api.call('POST', '/v1/packages/create', {
    name: 'Wrong',
    rate_card_id,
    spend_threshold_configuration: spend(UNKNOWN_ID),
  })
  expect([refused.status, refused.body.message]).toEqual([
    404,
    `spend_threshold_configuration.commit.product_id: no product ${UNKNOWN_ID}`,
  ])
})
