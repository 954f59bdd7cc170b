import { z } from '@hono/zod-openapi'
import { OFFSET_UNITS, OFFSET_VALUES_MAX } from '../../core/packages/offset.ts'
import { enumOf } from '../schemas.ts'

/** A distance in time, as packages take it. */
export const NewOffset = z
  .object({ value: z.int().min(0), unit: enumOf(OFFSET_UNITS) })
  .superRefine(({ value, unit }, context) => {
    const valueMax = OFFSET_VALUES_MAX[unit]
    if (value <= valueMax) return
    const message = `expected at most ${valueMax} ${unit}`
    context.addIssue({ code: 'custom', path: ['value'], message })
  })

export const NewDuration = NewOffset.refine(({ value }) => value > 0, {
  path: ['value'],
  error: 'expected a number above 0',
})

/** A field that contracts have and packages do not. */
export function refused(error: string) {
  return z
    .unknown()
    .refine((value) => value === undefined, { error })
    .optional()
    .openapi({ deprecated: true, description: 'Has no place here.' })
}

/** A distance in time as it is answered. */
export const OffsetBody = z.object({ value: z.number(), unit: z.enum(OFFSET_UNITS) })
