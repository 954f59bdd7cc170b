import type { CodeMutant } from './mutant.ts'

const AGGREGATE = 'src/core/metering/aggregate.ts'
const SUM = 'src/core/metering/exact-sum.ts'
const MEMORY = 'src/objects/meter-memory.ts'
const WRITE = 'src/objects/meter-write.ts'

/** Faults in what counts events: the fast path, of which `naive` is the check. */
export const METERING_MUTANTS: CodeMutant[] = [
  {
    name: 'SUM as a float',
    patches: [
      {
        file: SUM,
        before: '  private lane = 0\n',
        after: '  private lane = 0\n  private float = 0\n',
      },
      {
        file: SUM,
        before: 'if (Number.isNaN(value)) this.addWide(text)',
        after: 'this.float += Number(text)\n    if (Number.isNaN(value)) this.addWide(text)',
      },
      {
        file: SUM,
        before: '    this.addToLane(other.lane)\n',
        after: '    this.addToLane(other.lane)\n    this.float += other.float\n',
      },
      {
        file: AGGREGATE,
        before: 'return new Decimal(state.sum.toText())',
        after: "return new Decimal((state.sum as unknown as { float: number })['float'])",
      },
    ],
  },
  {
    name: 'MAX is the least',
    patches: [
      {
        file: AGGREGATE,
        before: 'return a !== null && compareNumeric(a, b) >= 0 ? a : b',
        after: 'return a !== null && compareNumeric(a, b) <= 0 ? a : b',
      },
    ],
  },
  {
    name: 'MAX of the quick path passes greater values over',
    patches: [{ file: AGGREGATE, before: 'value <= state.value', after: 'value >= state.value' }],
  },
  {
    name: 'LATEST is what came last',
    patches: [
      {
        file: AGGREGATE,
        before: 'return a !== null && compareReadings(a, b) >= 0 ? a : b',
        after: 'return b',
      },
    ],
  },
  {
    name: 'LATEST skips the tie-break by transaction id',
    patches: [
      {
        file: AGGREGATE,
        before: '    compareCodePoints(a.transactionId, b.transactionId) ||\n',
        after: '',
      },
    ],
  },
  {
    name: 'UNIQUE, MAX and LATEST add up over windows',
    patches: [
      {
        file: 'src/core/metering/increment.ts',
        before: 'const after = stateValue(soFar)',
        after: 'const after = before.plus(stateValue(state))',
      },
    ],
  },
  {
    name: 'the last millisecond of an hour is in the next',
    patches: [
      {
        file: 'src/core/metering/cell-deltas.ts',
        before: 'bucket ??= this.bucketOf(ingestIndex, Math.floor(event.timestampMs / HOUR_MS))',
        after:
          'bucket ??= this.bucketOf(ingestIndex, Math.floor((event.timestampMs + 1) / HOUR_MS))',
      },
    ],
  },
  {
    name: 'events without the asked-for property count',
    patches: [
      {
        file: 'src/core/metering/cell-deltas.ts',
        before: 'if (contribution === null) continue',
        after: "if (contribution === null && event.eventType !== 'call') continue",
      },
      {
        file: 'src/core/metering/cell-deltas.ts',
        before: 'this.addToFamilies(bucket, running, contribution, event)',
        after: "this.addToFamilies(bucket, running, contribution ?? '1', event)",
      },
    ],
  },
  {
    name: 'values of two groups are mixed up',
    patches: [
      {
        file: 'src/core/metering/cell-deltas.ts',
        before: 'const group = reader.groupText(family - 1)',
        after: "const group = reader.groupText(family - 1).replace('medium', 'small')",
      },
    ],
  },
  {
    name: 'dedupe forgets some entries',
    patches: [
      {
        file: WRITE,
        before: 'memory.dedupe.add(id.index, hashes, hashOffset, acceptedAtMs)',
        after:
          'if (hashes[hashOffset]! % 4 > 0) memory.dedupe.add(id.index, hashes, hashOffset, acceptedAtMs)',
      },
    ],
  },
  {
    name: 'dedupe knows nothing of cold ids',
    patches: [
      {
        file: 'src/objects/meter-dedupe.ts',
        before: 'this.cold.has(idIndex, hashes, offset, afterMs)\n',
        after: 'false\n',
      },
    ],
  },
  {
    name: 'the checkpoint is one chunk behind its cells',
    patches: [
      {
        file: MEMORY,
        before: "writeMeta(sql, 'checkpoint', head.seq)",
        after: "writeMeta(sql, 'checkpoint', head.seq - 1)",
      },
    ],
  },
  {
    name: 'a start counts one chunk too few',
    patches: [
      {
        file: MEMORY,
        before: '{ after: checkpoint, upTo: head.seq }',
        after: '{ after: checkpoint + 1, upTo: head.seq }',
      },
    ],
  },
  {
    name: 'what a checkpoint moved is counted in memory as well',
    patches: [
      {
        file: MEMORY,
        before: '  memory.deltas = new CellDeltas()\n  memory.deltaEvents = 0\n',
        after: '  memory.deltaEvents = 0\n',
      },
    ],
  },
  {
    name: 'a moved alias reaches the meter late',
    patches: [
      {
        file: 'src/objects/meter.ts',
        before: 'while (memory.configVersion < call.configVersion) {',
        after: 'while (memory.configVersion < call.configVersion - 2) {',
      },
    ],
  },
  {
    name: 'sealing takes a chunk too many out of the log',
    patches: [
      {
        file: 'src/objects/meter-seal.ts',
        before: "sql.exec('DELETE FROM chunks WHERE seq BETWEEN ? AND ?', firstChunk, lastSeq)",
        after: "sql.exec('DELETE FROM chunks WHERE seq BETWEEN ? AND ?', firstChunk, lastSeq + 1)",
      },
    ],
  },
  {
    name: 'a full meter loses what the queue brings',
    patches: [
      {
        file: 'src/jobs/ingest-queue.ts',
        before: 'if (!outcome.ok) return await retry(message, env, outcome.error.message)',
        after: 'if (!outcome.ok) return message.ack()',
      },
    ],
  },
]
