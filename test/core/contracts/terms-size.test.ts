import { expect, test } from 'vitest'
import type { Override } from '../../../src/core/contracts/override.ts'
import type { ScheduledCharge } from '../../../src/core/contracts/scheduled-charge.ts'
import {
  checkTermsSize,
  OVERRIDES_MAX,
  TERMS_LENGTH_MAX,
} from '../../../src/core/contracts/terms-size.ts'

const statementSchedule = { frequency: 'MONTHLY', anchorMs: 0 } as const

test('a contract has so many overrides at most', () => {
  const overrides = Array.from({ length: OVERRIDES_MAX + 1 }, () => ({}) as Override)
  expect(checkTermsSize({ statementSchedule, overrides: overrides.slice(1) }, 'f').ok).toBe(true)
  expect(checkTermsSize({ statementSchedule, overrides }, 'f')).toMatchObject({
    error: { code: 'invalid', message: 'f: a contract has at most 1000 overrides' },
  })
})

test('the terms of a contract are no longer than a row can hold, and what is too long is named', () => {
  const scheduledCharges = [{ name: 'x'.repeat(TERMS_LENGTH_MAX) } as ScheduledCharge]
  expect(checkTermsSize({ statementSchedule, name: 'Deal', scheduledCharges }, 'f')).toMatchObject({
    error: {
      code: 'invalid',
      message: expect.stringMatching(/^scheduled_charges: the terms of a contract have at most/),
    },
  })
})
