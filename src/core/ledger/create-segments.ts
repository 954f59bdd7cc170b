import { deriveId } from '../id.ts'
import { ok, refuse, type Result } from '../result.ts'
import { isHourAligned } from '../time.ts'
import type { AccessSegment } from './balance.ts'

/** As many segments as one commit or credit has: of monthly ones, those of 83 years. */
export const SEGMENTS_MAX = 1_000

/** A segment as it is asked for; the amount is a decimal text that is not negative. */
export interface SegmentInput {
  amount: string
  startingAt: number
  endingBefore: number
}

/**
 * Decides on segments that are given one by one (pricing 1.2, 6.1). They may overlap.
 * @param owner what their ids derive from, besides their places in the list
 * @param field the list, as the API calls it
 */
export function createSegments(
  inputs: SegmentInput[],
  owner: string[],
  field: string,
): Result<AccessSegment[]> {
  if (inputs.length > SEGMENTS_MAX) return refuse('invalid', tooManySegments(field))
  for (const [i, input] of inputs.entries()) {
    const checked = checkSegment(input, `${field}[${i}].`)
    if (!checked.ok) return checked
  }
  return ok(
    inputs.map(({ amount, startingAt, endingBefore }, i) => {
      const id = deriveId('access-segment', ...owner, String(i))
      return { id, amount, startingAt, endingBefore }
    }),
  )
}

/** @param path of the segment's members */
export function checkSegment(
  { startingAt, endingBefore }: Omit<SegmentInput, 'amount'>,
  path: string,
): Result<null> {
  for (const [member, at] of Object.entries({
    starting_at: startingAt,
    ending_before: endingBefore,
  })) {
    if (isHourAligned(at)) continue
    return refuse(
      'invalid',
      `${path}${member}: expected a timestamp on the hour, such as 2026-03-01T00:00:00Z`,
    )
  }
  if (endingBefore > startingAt) return ok(null)
  return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
}

/** In the order of time; of those with equal bounds the first one stays first. */
export function segmentsInOrder(segments: AccessSegment[]): AccessSegment[] {
  return segments.toSorted((a, b) => a.startingAt - b.startingAt || a.endingBefore - b.endingBefore)
}

export function tooManySegments(field: string): string {
  return `${field}: a commit or credit has at most ${SEGMENTS_MAX} segments`
}
