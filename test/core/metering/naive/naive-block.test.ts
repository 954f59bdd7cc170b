import { expect, test } from 'vitest'
import {
  readNaiveBlock,
  type StoredBlock,
} from '../../../../src/core/metering/naive/naive-block.ts'
import { BLOCK_CODEC, sealedBlock } from './sealed-block.ts'
import { sent } from './stored-events.ts'

const NOTHING = new Uint8Array()
const CHUNKS = [
  { seq: 3, raws: [sent({ transaction_id: 'a' }), sent({ transaction_id: 'b' })] },
  { seq: 4, raws: [sent({ transaction_id: 'c', timestamp: '2026-03-01T00:00:00Z' })] },
]
const CHECKSUM = 'the checksum is not that of the block and the one before it'

function problemsOf(block: StoredBlock, before = NOTHING): string[] {
  const { findings } = readNaiveBlock(block, before, BLOCK_CODEC)
  expect(findings.every(({ seq }) => seq === block.lastSeq)).toBe(true)
  return findings.map(({ problem }) => problem)
}

test('a block that is whole has its events in the order of the log', () => {
  const { events, findings } = readNaiveBlock(sealedBlock(CHUNKS), NOTHING, BLOCK_CODEC)
  expect(findings).toEqual([])
  expect(events.map(({ seq, index, event }) => [seq, index, event.transactionId])).toEqual([
    [3, 0, 'a'],
    [3, 1, 'b'],
    [4, 0, 'c'],
  ])
})

test('a block continues the one before it', () => {
  const block = sealedBlock(CHUNKS, { before: new Uint8Array([7]) })
  expect(problemsOf(block, new Uint8Array([7]))).toEqual([])
  expect(problemsOf(block)).toEqual([CHECKSUM])
})

test('every column of a block is covered by its checksum and proven against its events', () => {
  const block = sealedBlock(CHUNKS)
  for (const part of [
    { units: 1 },
    { logChecksum: NOTHING },
    { directory: `${block.directory} ` },
  ]) {
    expect(problemsOf({ ...block, ...part })).toEqual([CHECKSUM])
  }
  const changed = (part: Partial<StoredBlock>) => problemsOf(sealedBlock(CHUNKS, { part }))
  expect(changed({ count: 4 })).toEqual(['the block has 3 events instead of 4'])
  expect(changed({ timeMin: 0 })).toEqual(['the range of timestamps is not that of its events'])
  expect(changed({ timeMax: 0 })).toEqual(['the range of timestamps is not that of its events'])
  expect(changed({ acceptedAtMax: 7 })).toEqual([
    'the times of acceptance are not those of its events',
  ])
  expect(changed({ lastSeq: 5 })).toEqual(['the events end with chunk 4'])
  expect(changed({ firstSeq: 2 })).toEqual(['after event -1 of chunk 1 comes event 0 of chunk 3'])
  for (const directory of ['{', '{}', '[null]', '[{}]']) {
    expect(changed({ directory })).toContain('the directory is no list of segments')
  }
})

test('segments that are not asked for are proven by their bytes alone, and the others with their events', () => {
  const block = sealedBlock([CHUNKS[0]!], { more: [CHUNKS[1]!] })
  const read = (part: Partial<StoredBlock>, asked: number) => {
    const isAsked = ({ idMin }: { idMin: number }) => idMin === asked
    const own = readNaiveBlock({ ...block, ...part }, NOTHING, BLOCK_CODEC, isAsked)
    const ids = own.events.map(({ event }) => event.transactionId)
    return { ids, problems: own.findings.map(({ problem }) => problem) }
  }
  expect(read({}, 1)).toEqual({ ids: ['a', 'b'], problems: [] })
  expect(read({}, 2)).toEqual({ ids: ['c'], problems: [] })
  expect(read({}, 3)).toEqual({ ids: [], problems: [] })
  const damaged = block.body.slice()
  damaged[damaged.length - 1]! ^= 0xff
  const problem = 'segment 1: its SHA-256 is another'
  expect(read({ body: damaged }, 1)).toEqual({ ids: ['a', 'b'], problems: [problem] })
  expect(read({ count: 4 }, 1).problems).toContain('the block has 3 events instead of 4')
})

test('events that are missing within a block are found', () => {
  const gap = sealedBlock([CHUNKS[0]!, { ...CHUNKS[1]!, seq: 5 }])
  expect(problemsOf(gap)).toEqual(['after event 1 of chunk 3 comes event 0 of chunk 5'])
})

test('segments are proven against the directory', () => {
  const block = sealedBlock(CHUNKS)
  const [segment] = JSON.parse(block.directory) as [object]
  const told = (part: object) =>
    problemsOf(
      sealedBlock(CHUNKS, { part: { directory: JSON.stringify([{ ...segment, ...part }]) } }),
    )
  expect(told({ sha256: 'ff' })).toEqual(['segment 0: its SHA-256 is another'])
  for (const part of [{ count: 2 }, { idMax: 2 }, { timeMin: 0 }]) {
    expect(told(part)).toEqual(['segment 0: the directory tells otherwise of its events'])
  }
  const damaged = block.body.slice()
  damaged[damaged.length - 1]! ^= 0xff
  expect(problemsOf({ ...block, body: damaged })[0]).toBe('segment 0: its SHA-256 is another')
  expect(problemsOf({ ...block, body: NOTHING })).toEqual([
    'segment 0: it is not there, or not all of it',
    expect.stringContaining('segment 0: it cannot be read'),
  ])
})

test('a damaged segment concerns whom the directory tells of, if the checksum proves the directory', () => {
  const block = sealedBlock([CHUNKS[0]!], { more: [CHUNKS[1]!] })
  const damaged = block.body.slice()
  damaged[damaged.length - 1]! ^= 0xff
  const problem = 'segment 1: its SHA-256 is another'
  const read = (part: Partial<StoredBlock>) =>
    readNaiveBlock({ ...block, body: damaged, ...part }, NOTHING, BLOCK_CODEC)
  const { events, doubted, findings } = read({})
  expect(findings[0]).toEqual({ seq: 4, problem, idRange: { min: 2, max: 2 } })
  expect(findings.every(({ idRange }) => idRange !== undefined)).toBe(true)
  expect(
    events.filter((event) => !doubted.has(event)).map(({ event }) => event.transactionId),
  ).toEqual(['a', 'b'])
  const unproven = read({ checksum: NOTHING })
  expect(unproven.findings.slice(0, 2)).toEqual([
    { seq: 4, problem: CHECKSUM },
    { seq: 4, problem },
  ])
  expect(unproven.doubted.size).toBe(0)
})
