import { expect, test } from 'vitest'
import { Watchers } from '../../src/objects/meter-watchers.ts'

const HOUR_MS = 3_600_000

/** Watchers over a storage that is a map, with what they signalled. */
function setUp(answer: (customerId: string) => Promise<boolean>) {
  const stored = new Map<string, unknown>()
  const kv = {
    list: () => stored.entries(),
    put: (key: string, value: unknown) => void stored.set(key, value),
    delete: (key: string) => stored.delete(key),
  } as unknown as SyncKvStorage
  const told: string[] = []
  const signal = async (customerId: string) => {
    told.push(customerId)
    return answer(customerId)
  }
  const watchers = new Watchers(kv, signal)
  return { watchers, told, restart: () => new Watchers(kv, signal), stored }
}

test('only who is watched is told, once for many changes, and once more for what comes after', async () => {
  const { watchers, told } = setUp(async () => true)
  expect(watchers.isEmpty).toBe(true)
  watchers.watch('a', 0)
  expect(watchers.isEmpty).toBe(false)
  for (let i = 0; i < 50; i += 1) watchers.touch(['a', 'b', null], 1)
  expect(told).toEqual([])
  await expect.poll(() => told).toEqual(['a'])
  watchers.touch(['a'], 2)
  await expect.poll(() => told).toEqual(['a', 'a'])
})

test('a change while an account is being told is told again', async () => {
  let release = () => {}
  const { watchers, told } = setUp(() => new Promise((resolve) => (release = () => resolve(true))))
  watchers.watch('a', 0)
  watchers.touch(['a'], 1)
  await expect.poll(() => told).toEqual(['a'])
  watchers.touch(['a'], 2)
  await expect.poll(() => told).toEqual(['a', 'a'])
  release()
})

test('telling may fail, and the watch goes on', async () => {
  const { watchers, told } = setUp(async () => {
    throw new Error('the account is away')
  })
  watchers.watch('a', 0)
  watchers.touchAll(1)
  await expect.poll(() => told).toEqual(['a'])
  watchers.touchAll(2)
  await expect.poll(() => told).toEqual(['a', 'a'])
})

test('a watch survives a restart, and ends when it is not renewed or nobody looks any more', async () => {
  const { watchers, told, restart, stored } = setUp(async () => false)
  watchers.watch('a', 0)
  watchers.watch('b', 0)
  const again = restart()
  again.touch(['b'], HOUR_MS)
  expect([...stored.keys()]).toEqual(['watch/a'])
  again.touch(['a'], 1)
  await expect.poll(() => again.isEmpty).toBe(true)
  expect(told).toEqual(['a'])
  expect(stored.size).toBe(0)
})
