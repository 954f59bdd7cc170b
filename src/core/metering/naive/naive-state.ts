import { unreachable } from '../../result.ts'
import { compareCodePoints } from '../code-point.ts'
import type { AggregationType } from '../metric.ts'
import type { Tally } from './naive-tally.ts'

/** A tally as meters would answer it: equal usage has equal texts. */
export function tallyState(type: AggregationType, tally: Tally): string {
  switch (type) {
    case 'COUNT':
      return String(tally.count)
    case 'SUM':
      return plain(tally.sum)
    case 'MAX':
      return tally.max === null ? '' : plain(tally.max)
    case 'LATEST':
      return tally.latest === null ? '' : readingText(tally.latest)
    case 'UNIQUE':
      return JSON.stringify([...tally.values].sort(compareCodePoints))
    default:
      return unreachable(type)
  }
}

function readingText({ event, value }: NonNullable<Tally['latest']>): string {
  const { time, transactionId, ingestId } = event
  const beyond = time.rest.isZero() ? '' : time.rest.toFixed().slice(2)
  return JSON.stringify([time.ms, beyond, transactionId, ingestId, plain(value)])
}

function plain(value: NonNullable<Tally['max']>): string {
  return value.isZero() ? '0' : value.toFixed()
}
