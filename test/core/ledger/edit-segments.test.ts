import { expect, test } from 'vitest'
import { editSegments } from '../../../src/core/ledger/edit-segments.ts'
import { YEAR } from '../../support/asked-balances.ts'
import { at } from '../../support/terms.ts'

const first = { id: 'first', ...YEAR }
const second = {
  ...first,
  id: 'second',
  startingAt: at('2027-01-01'),
  endingBefore: at('2028-01-01'),
}
const both = [first, second]

function edit(update: Parameters<typeof editSegments>[1], drawn: string[] = []) {
  return editSegments(both, update, new Set(drawn), ['commit', 'edit'], '')
}

test('segments are added, changed and removed at once, in the order of time', () => {
  const added = { ...YEAR, amount: '5', startingAt: at('2025-12-01') }
  const edited = edit({
    add: [added],
    update: [{ id: 'first', amount: '1200' }],
    remove: ['second'],
  })
  expect(edited).toMatchObject({ value: [added, { id: 'first', amount: '1200' }] })
})

test('a segment that a finalized invoice has drawn on may change, but not go', () => {
  expect(edit({ remove: ['first'] }, ['first'])).toMatchObject({
    error: { message: expect.stringContaining('remove_schedule_items[0].id: a finalized invoice') },
  })
  expect(edit({ update: [{ id: 'first', amount: '7' }] }, ['first']).ok).toBe(true)
})

test('what names no segment, or one twice, or says nothing, is refused by name', () => {
  expect(edit({ remove: ['third'] })).toMatchObject({ error: { code: 'not_found' } })
  expect(edit({ update: [{ id: 'third', amount: '1' }] })).toMatchObject({
    error: { message: 'update_schedule_items[0].id: the access schedule has no segment third' },
  })
  expect(edit({ update: [{ id: 'first', amount: '1' }], remove: ['first'] })).toMatchObject({
    error: { message: 'remove_schedule_items[0].id: expected each segment only once' },
  })
  expect(edit({ update: [{ id: 'first' }] })).toMatchObject({
    error: { message: expect.stringContaining('update_schedule_items[0].amount') },
  })
  expect(edit({ update: [{ id: 'first', endingBefore: first.startingAt }] }).ok).toBe(false)
})

test('one segment at least is left', () => {
  expect(edit({ remove: ['first', 'second'] })).toMatchObject({
    error: { message: expect.stringContaining('at least one segment') },
  })
})

test('an edit that comes again after a later one adds nothing twice', () => {
  const update = { add: [{ ...YEAR, startingAt: at('2025-12-01') }] }
  const once = edit(update)
  if (!once.ok) throw new Error('the edit is refused')
  const twice = editSegments(once.value, update, new Set(), ['commit', 'edit'], '')
  expect(twice).toEqual(once)
})
