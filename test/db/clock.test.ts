import { expect, test } from 'vitest'
import { moveClock } from '../../src/db/clock.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import { createBilling, db } from '../support/billing.ts'
import { at } from '../support/terms.ts'

test('a clock moves forward, never back, and says where it stands', async () => {
  const { environmentId } = await createBilling({ environment: { kind: 'SANDBOX' } })
  expect(await moveClock(db, environmentId, at('2026-03-01'))).toBe(at('2026-03-01'))
  expect(await moveClock(db, environmentId, at('2026-02-01'))).toBe(at('2026-03-01'))
  expect(await moveClock(db, environmentId, at('2026-03-02'))).toBe(at('2026-03-02'))
  expect((await findEnvironment(db, environmentId))?.clockMs).toBe(at('2026-03-02'))
})
