import { expect, test } from 'vitest'
import {
  choosePackage,
  provisionPackage,
  type PackagedContractInput,
} from '../../../src/core/packages/provision-package.ts'
import { at, packaged } from '../../support/terms.ts'

function request(options: Partial<PackagedContractInput> = {}): PackagedContractInput {
  return {
    id: 'contract',
    customerId: 'customer',
    startingAt: at('2026-01-31'),
    customFields: { crm: '7' },
    createdBy: 'test',
    ...options,
  }
}

function counter() {
  let made = 0
  return () => `id-${(made += 1)}`
}

test('pricing 12: relative terms become those of a contract, counted from its start', () => {
  const pack = packaged({
    terms: {
      contractName: 'Starter plan',
      duration: { value: 1, unit: 'YEARS' },
      netPaymentTermsDays: 30,
      usageStatementSchedule: {
        frequency: 'QUARTERLY',
        day: 'CONTRACT_START',
        invoiceGenerationStartingAtOffset: { value: 1, unit: 'MONTHS' },
      },
      multiplierOverridePrioritization: 'EXPLICIT',
      overrides: [
        {
          id: 'template',
          type: 'MULTIPLIER',
          multiplier: '0.5',
          priority: 1,
          specifiers: [],
          startingAtOffset: { value: 0, unit: 'DAYS' },
          duration: { value: 3, unit: 'MONTHS' },
        },
      ],
    },
  })
  expect(provisionPackage(pack, request({ uniquenessKey: 'once' }), counter())).toEqual({
    ok: true,
    value: {
      id: 'contract',
      customerId: 'customer',
      packageId: 'package',
      rateCardId: 'card',
      rateCardAlias: undefined,
      balances: [],
      startingAt: at('2026-01-31'),
      endingBefore: at('2027-01-31'),
      name: 'Starter plan',
      uniquenessKey: 'once',
      netPaymentTermsDays: 30,
      usageStatementSchedule: {
        frequency: 'QUARTERLY',
        day: 'CONTRACT_START',
        invoiceGenerationStartingAt: at('2026-02-28'),
      },
      multiplierOverridePrioritization: 'EXPLICIT',
      overrides: [
        {
          id: 'id-1',
          type: 'MULTIPLIER',
          multiplier: '0.5',
          priority: 1,
          specifiers: [],
          startingAt: at('2026-01-31'),
          endingBefore: at('2026-04-30'),
        },
      ],
      customFields: { crm: '7' },
      createdBy: 'test',
    },
  })
})

test('the end of a contract follows from its start: month ends, leap years, weeks', () => {
  const ends = (
    [
      ['2026-01-31', { value: 1, unit: 'MONTHS' }],
      ['2028-01-31', { value: 1, unit: 'MONTHS' }],
      ['2028-02-29', { value: 1, unit: 'YEARS' }],
      ['2028-02-28', { value: 1, unit: 'WEEKS' }],
      ['2026-12-31T13', { value: 30, unit: 'DAYS' }],
    ] as const
  ).map(([start, duration]) => {
    const made = provisionPackage(
      packaged({ terms: { duration } }),
      request({ startingAt: at(start) }),
      counter(),
    )
    return made.ok && made.value.endingBefore
  })
  expect(ends).toEqual([
    at('2026-02-28'),
    at('2028-02-29'),
    at('2029-02-28'),
    at('2028-03-06'),
    at('2027-01-30T13'),
  ])
})

test('a package without a duration makes contracts without an end', () => {
  const made = provisionPackage(packaged(), request(), counter())
  expect(made).toMatchObject({ ok: true, value: { endingBefore: undefined, overrides: undefined } })
})

test("the alias of a rate card stays an alias: the contract's start decides on the card", () => {
  const pack = packaged({ rateCardId: null, rateCardAlias: 'paygo' })
  expect(provisionPackage(pack, request(), counter())).toMatchObject({
    value: { rateCardId: undefined, rateCardAlias: 'paygo' },
  })
})

test('terms that end after the last instant that can be written are refused', () => {
  const pack = packaged({ terms: { duration: { value: 10, unit: 'YEARS' } } })
  const made = provisionPackage(pack, request({ startingAt: at('9990-01-01') }), counter())
  const message = "starting_at: the package's terms would reach beyond the year 9999"
  expect(made).toEqual({ ok: false, error: { code: 'invalid', message } })
})

test('a package is found by its id, or by the alias that it has when the contract starts', () => {
  const held = { name: 'starter', startingAt: null, endingBefore: at('2026-06-01') }
  const next = { name: 'starter', startingAt: at('2026-06-01'), endingBefore: null }
  const old = packaged({ id: 'old', aliases: [held] })
  const packages = [old, packaged({ id: 'new', aliases: [next] })]
  const idOf = (options: Partial<PackagedContractInput>) => {
    const chosen = choosePackage(request(options), packages)
    return chosen.ok ? chosen.value.id : chosen.error.message
  }
  expect(idOf({ packageId: 'new' })).toBe('new')
  expect(idOf({ packageAlias: 'starter', startingAt: at('2026-05-31T23') })).toBe('old')
  expect(idOf({ packageAlias: 'starter', startingAt: at('2026-06-01') })).toBe('new')
  expect(idOf({ packageId: 'none' })).toBe('package_id: no package none')
  expect(idOf({ packageAlias: 'Starter' })).toBe(
    'package_alias: no package has the alias "Starter" when the contract starts',
  )
})

test('an archived package takes no new contracts, by its id or alias', () => {
  const aliases = [{ name: 'starter', startingAt: null, endingBefore: null }]
  const packages = [packaged({ archivedAt: at('2026-01-01'), aliases })]
  const refusal = (field: string) => ({
    ok: false,
    error: {
      code: 'invalid',
      message: `${field}: package package is archived and takes no new contracts`,
    },
  })
  expect(choosePackage(request({ packageId: 'package' }), packages)).toEqual(refusal('package_id'))
  expect(choosePackage(request({ packageAlias: 'starter' }), packages)).toEqual(
    refusal('package_alias'),
  )
})
