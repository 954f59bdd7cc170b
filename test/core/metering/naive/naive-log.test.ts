import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { packChunks, type LogEntry } from '../../../../src/core/metering/chunk.ts'
import { storedEvent } from '../../../../src/core/metering/event.ts'
import { hash128 } from '../../../../src/core/metering/hash128.ts'
import { NaiveLog, type StoredChunk } from '../../../../src/core/metering/naive/naive-log.ts'
import { sealedBlock } from './sealed-block.ts'
import { sent, type SentEvent } from './stored-events.ts'

const INGEST_IDS = new Map([
  [1, 'acme'],
  [2, 'globex'],
])

const codec = {
  sha256: (parts: Uint8Array[]) =>
    new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest()),
  inflate: (body: Uint8Array) => {
    if (body[0] === 0) throw new Error('damaged')
    return new TextDecoder().decode(body)
  },
  inflateColumn: (bytes: Uint8Array) => new Uint8Array(inflateRawSync(bytes)),
}

/** Chunks as they are written, each of some events that were accepted at the given instants. */
function logOf(...chunks: [event: SentEvent, acceptedAtMs: number][][]): StoredChunk[] {
  let checksum: Uint8Array = new Uint8Array()
  return chunks.map((events, i) => {
    const entries = events.map(([raw, acceptedAtMs]): LogEntry => {
      const hashes = new Uint32Array(4)
      hash128(raw.transaction_id, hashes, 0)
      const idIndex = raw.customer_id === 'acme' ? 1 : 2
      return { event: storedEvent(raw), idIndex, acceptedAtMs, hashes, hashOffset: 0 }
    })
    const texts = events.map(([raw]) => JSON.stringify(raw))
    const [{ texts: packed, hashes, idIndexes, acceptedRuns, ...chunk }] = packChunks([
      { text: texts.join(','), entries },
    ]) as [ReturnType<typeof packChunks>[0]]
    const stored = {
      seq: i + 1,
      count: chunk.count,
      timeMin: chunk.timeMin,
      timeMax: chunk.timeMax,
      acceptedAtMax: chunk.acceptedAtMax,
      acceptedRuns: JSON.stringify(acceptedRuns),
      hashes: new Uint8Array(hashes.buffer),
      idIndexes: new Uint8Array(idIndexes.buffer),
      body: new TextEncoder().encode(`[${packed.join(',')}]`),
    }
    const numbers = [stored.seq, stored.count, stored.timeMin, stored.timeMax]
    const columns = JSON.stringify([...numbers, stored.acceptedAtMax, stored.acceptedRuns])
    const parts = [checksum, new TextEncoder().encode(columns)]
    checksum = codec.sha256([...parts, stored.hashes, stored.idIndexes, stored.body])
    return { ...stored, checksum }
  })
}

function problemsOf(chunks: StoredChunk[], upTo = chunks.at(-1)!.seq): string[] {
  const log = new NaiveLog(codec)
  for (const chunk of chunks) log.read(chunk, INGEST_IDS)
  log.close(upTo)
  return log.findings.map(({ seq, problem }) => `${seq}: ${problem}`)
}

const CHUNKS = logOf(
  [
    [sent({ transaction_id: 'a' }), 5],
    [sent({ transaction_id: 'b', timestamp: '2026-03-01T00:00:00Z' }), 7],
  ],
  [[sent({ transaction_id: 'c', customer_id: 'globex' }), 6]],
  [[sent({ transaction_id: 'd' }), 9]],
)
const CHECKSUM = 'the checksum is not that of the chunk and the one before it'

/** The problems of the log with one column of its second chunk replaced. */
function changed(part: Partial<StoredChunk>): string[] {
  return problemsOf(CHUNKS.map((chunk) => (chunk.seq === 2 ? { ...chunk, ...part } : chunk)))
}

test('a log that is whole has no findings, and gives its events with their acceptance', () => {
  expect(problemsOf(CHUNKS)).toEqual([])
  const log = new NaiveLog(codec)
  const events = CHUNKS.flatMap((chunk) => log.read(chunk, INGEST_IDS))
  expect(events.map(({ event, acceptedAtMs }) => [event.transactionId, acceptedAtMs])).toEqual([
    ['a', 5],
    ['b', 7],
    ['c', 6],
    ['d', 9],
  ])
})

test('a log that is read from the middle on has the same findings from there on', () => {
  const start = { seq: 1, blockChecksum: new Uint8Array(), isAmongChunks: true }
  const findingsOf = (chunks: StoredChunk[], checksum = CHUNKS[0]!.checksum) => {
    const log = new NaiveLog(codec, { ...start, checksum })
    for (const chunk of chunks) log.read(chunk, INGEST_IDS)
    log.close(3)
    return log.findings.map(({ seq, problem }) => `${seq}: ${problem}`)
  }
  const [, second, third] = CHUNKS
  expect(findingsOf([second!, third!])).toEqual([])
  expect(findingsOf([second!, third!], new Uint8Array(32))).toEqual([`2: ${CHECKSUM}`])
  expect(findingsOf([third!])).toEqual(['2: the chunk is missing', `3: ${CHECKSUM}`])
  expect(findingsOf([])).toEqual(['2: the chunks 2 to 3 are missing'])
  const changedBody = { ...second!, body: third!.body }
  expect(findingsOf([changedBody, third!])).toEqual(problemsOf([CHUNKS[0]!, changedBody, third!]))
  const log = new NaiveLog(codec, { ...start, checksum: CHUNKS[0]!.checksum })
  expect(log.isRearranged(sealedBlock([{ seq: 2, raws: [sent({ transaction_id: 'c' })] }]))).toBe(
    true,
  )
})

test('missing chunks are found, at the end and at the beginning too', () => {
  expect(problemsOf([CHUNKS[0]!, CHUNKS[2]!])).toEqual([
    '2: the chunk is missing',
    `3: ${CHECKSUM}`,
  ])
  expect(problemsOf([CHUNKS[2]!])[0]).toBe('1: the chunks 1 to 2 are missing')
  expect(problemsOf(CHUNKS.slice(0, 2), 3)).toEqual(['3: the chunk is missing'])
  expect(problemsOf(CHUNKS.slice(0, 1), 3)).toEqual(['2: the chunks 2 to 3 are missing'])
})

test('every column of a chunk is proven against its body and the checksum', () => {
  const seal = `2: ${CHECKSUM}`
  const times = '2: the times of acceptance are not those of its events'
  const range = '2: the range of timestamps is not that of its events'
  expect(changed({ count: 2 })).toEqual([seal, '2: the body has 1 events instead of 2'])
  expect(changed({ timeMin: 0 })).toEqual([seal, range])
  expect(changed({ timeMax: 0 })).toEqual([seal, range])
  expect(changed({ acceptedAtMax: 7 })).toEqual([seal, times])
  for (const acceptedRuns of ['[[2,6]]', '[[1,7]]', '[]', '{', '[[1e300,6]]', '[null]']) {
    expect(changed({ acceptedRuns })).toEqual([seal, times])
  }
  expect(changed({ checksum: CHUNKS[0]!.checksum })).toEqual([seal, `3: ${CHECKSUM}`])
  expect(changed({ hashes: new Uint8Array(16) })).toEqual([
    seal,
    '2: event 0: its hash is not that of its transaction_id',
  ])
  expect(changed({ hashes: new Uint8Array() })).toContain('2: the number of hashes is wrong')
  expect(changed({ idIndexes: new Uint8Array([1, 0, 0, 0]) })).toEqual([
    seal,
    '2: event 0: it is counted under another customer_id than its own',
  ])
  expect(changed({ idIndexes: new Uint8Array(8) })).toContain(
    '2: the number of ingest ids is wrong',
  )
})

test('a damaged body is found, and what can be read of the log is read', () => {
  const body = (text: string) => ({ body: new TextEncoder().encode(text) })
  expect(changed({ body: new Uint8Array(3) })).toContain('2: the body cannot be decompressed')
  expect(changed(body('{}'))).toContain('2: the body is no JSON array')
  expect(changed(body('[{}]'))).toContain(
    '2: event 0: its transaction_id is no string of 1 to 128 characters',
  )
  const event = JSON.stringify(sent({ transaction_id: 'c', customer_id: 'globex' }))
  expect(changed(body(`[${event.replace('call', 'mail')}]`))).toEqual([`2: ${CHECKSUM}`])
  expect(changed(body(`[${event},${event}]`))).toContain('2: the body has 2 events instead of 1')
  const log = new NaiveLog(codec)
  const read = [CHUNKS[0]!, { ...CHUNKS[1]!, ...body('[7]') }, CHUNKS[2]!]
  expect(read.flatMap((chunk) => log.read(chunk, INGEST_IDS))).toHaveLength(3)
})

test('many events with one kind of problem are told once', () => {
  const [first] = CHUNKS
  expect(problemsOf([{ ...first!, hashes: new Uint8Array(32) }])).toEqual([
    `1: ${CHECKSUM}`,
    '1: event 0: its hash is not that of its transaction_id (and 1 more like it)',
  ])
})

test('a log may begin with blocks: the chunks after them go on where they end', () => {
  const [, second, third] = CHUNKS
  const first = sealedBlock([{ seq: 1, raws: [sent({ transaction_id: 'a' })] }], {
    logChecksum: CHUNKS[0]!.checksum,
  })
  const log = new NaiveLog(codec)
  const rearranged = () => [2, 1].map((firstSeq) => log.isRearranged({ ...first, firstSeq }))
  expect(rearranged()).toEqual([false, false])
  const events = [
    ...log.readBlock(first, INGEST_IDS),
    ...log.read(second!, INGEST_IDS),
    ...log.read(third!, INGEST_IDS),
  ]
  expect(events.map(({ seq, event }) => [seq, event.transactionId])).toEqual([
    [1, 'a'],
    [2, 'c'],
    [3, 'd'],
  ])
  expect(log.findings).toEqual([])
  // Behind a chunk, no block follows the one before it.
  expect(log.isRearranged({ ...first, firstSeq: 4 })).toBe(true)
  const sealed = new NaiveLog(codec)
  sealed.readBlock(first, INGEST_IDS)
  expect([1, 2].map((firstSeq) => sealed.isRearranged({ ...first, firstSeq }))).toEqual([
    true,
    false,
  ])
})

test('blocks follow each other, and their ids are those of the events', () => {
  const raws = [sent({ transaction_id: 'a' })]
  const first = sealedBlock([{ seq: 1, raws }])
  const next = sealedBlock([{ seq: 2, raws }], { before: first.checksum })
  const problems = (blocks: (typeof first)[], ids = INGEST_IDS) => {
    const log = new NaiveLog(codec)
    for (const block of blocks) log.readBlock(block, ids)
    return log.findings.map(({ seq, problem }) => `${seq}: ${problem}`)
  }
  const broken = 'the checksum is not that of the block and the one before it'
  expect(problems([first, next])).toEqual([])
  expect(problems([next])).toEqual(['1: the chunk is missing', `2: ${broken}`])
  expect(problems([first], new Map([[1, 'globex']]))).toEqual([
    '1: event 0 of chunk 1: it is counted under another customer_id than its own',
  ])
})

test('of a damaged segment it is told whose events it can have, of those who are asked for', () => {
  const raws = (id: string, customer: string) => [
    sent({ transaction_id: id, customer_id: customer }),
  ]
  const own = { seq: 1, raws: raws('a', 'acme') }
  const block = sealedBlock([own], { more: [{ seq: 2, raws: raws('b', 'globex') }] })
  const body = block.body.slice()
  body[body.length - 1]! ^= 0xff
  const told = (asked?: string[]) => {
    const log = new NaiveLog(codec)
    log.readBlock({ ...block, body }, INGEST_IDS, asked && new Set(asked))
    return log.findings.map(({ ingestIds }) => ingestIds)
  }
  expect(told(['acme'])).toEqual([[]])
  expect(told(['acme', 'globex'])[0]).toEqual(['globex'])
  expect(told()[0]).toEqual(['globex'])
})
