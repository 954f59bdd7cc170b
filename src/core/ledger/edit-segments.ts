import { ok, refuse, type Result } from '../result.ts'
import type { AccessSegment } from './balance.ts'
import {
  checkSegment,
  createSegments,
  SEGMENTS_MAX,
  segmentsInOrder,
  tooManySegments,
  type SegmentInput,
} from './create-segments.ts'

/** A change of a segment as it is asked for; what is absent stays as it is. */
export interface SegmentUpdate extends Partial<SegmentInput> {
  id: string
}

/** A change of the segments of a commit or credit as it is asked for. */
export interface SegmentsUpdate {
  add?: SegmentInput[]
  update?: SegmentUpdate[]
  /** Ids. */
  remove?: string[]
}

/**
 * Decides on a change of segments (pricing 6.8): one that a finalized invoice has drawn on is not
 * removed, and one at least is left.
 * @param drawn the ids of segments that finalized invoices have drawn on
 * @param owner what the ids of added segments derive from, besides their places: the commit or
 * credit, and the edit
 * @param path of the members of the change, such as `access_schedule.`
 */
export function editSegments(
  segments: AccessSegment[],
  { add = [], update = [], remove = [] }: SegmentsUpdate,
  drawn: ReadonlySet<string>,
  owner: string[],
  path: string,
): Result<AccessSegment[]> {
  const added = createSegments(add, owner, `${path}add_schedule_items`)
  if (!added.ok) return added
  const kept = new Map(segments.map((segment) => [segment.id, segment]))
  const named = new Set<string>()
  for (const [i, change] of update.entries()) {
    const field = `${path}update_schedule_items[${i}].`
    const segment = findSegment(kept, change.id, named, field)
    if (!segment.ok) return segment
    const changed = changeSegment(segment.value, change, field)
    if (!changed.ok) return changed
    kept.set(change.id, changed.value)
  }
  for (const [i, id] of remove.entries()) {
    const field = `${path}remove_schedule_items[${i}].`
    const segment = findSegment(kept, id, named, field)
    if (!segment.ok) return segment
    if (drawn.has(id)) {
      return refuse(
        'invalid',
        `${field}id: a finalized invoice has drawn on segment ${id}; it cannot be removed before that is void`,
      )
    }
    kept.delete(id)
  }
  // An edit that comes again after a later one adds nothing twice.
  const all = [...kept.values(), ...added.value.filter(({ id }) => !kept.has(id))]
  if (all.length > SEGMENTS_MAX) {
    return refuse('invalid', tooManySegments(`${path}add_schedule_items`))
  }
  if (all.length > 0) return ok(segmentsInOrder(all))
  return refuse('invalid', `${path}remove_schedule_items: expected at least one segment to be left`)
}

/** @param named the segments that the change has named so far */
function findSegment(
  segments: Map<string, AccessSegment>,
  id: string,
  named: Set<string>,
  path: string,
): Result<AccessSegment> {
  if (named.has(id)) return refuse('invalid', `${path}id: expected each segment only once`)
  named.add(id)
  const segment = segments.get(id)
  if (segment !== undefined) return ok(segment)
  return refuse('not_found', `${path}id: the access schedule has no segment ${id}`)
}

function changeSegment(
  segment: AccessSegment,
  { amount, startingAt, endingBefore }: SegmentUpdate,
  path: string,
): Result<AccessSegment> {
  if ([amount, startingAt, endingBefore].every((member) => member === undefined)) {
    return refuse(
      'invalid',
      `${path}amount: expected a change: amount, starting_at or ending_before`,
    )
  }
  const changed = {
    ...segment,
    amount: amount ?? segment.amount,
    startingAt: startingAt ?? segment.startingAt,
    endingBefore: endingBefore ?? segment.endingBefore,
  }
  const checked = checkSegment(changed, path)
  return checked.ok ? ok(changed) : checked
}
