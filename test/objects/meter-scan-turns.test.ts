import { expect, test } from 'vitest'
import { ScanTurns } from '../../src/objects/meter-scan-turns.ts'

test('one works after the other, also after one that failed', async () => {
  const turns = new ScanTurns()
  const seen: string[] = []
  const work = (name: string, fails = false) =>
    turns.take(async () => {
      seen.push(`${name} begins`)
      await scheduler.wait(1)
      seen.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const all = await Promise.allSettled([work('a'), work('b', true), work('c')])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
})

test('when very many wait, the next is asked to come again', async () => {
  const turns = new ScanTurns()
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const waiting = Array.from({ length: 100 }, () => turns.take(() => held))
  await expect(turns.take(() => held)).rejects.toMatchObject({ status: 503 })
  release()
  await Promise.all(waiting)
  await expect(turns.take(async () => 'done')).resolves.toBe('done')
})
