import type { z } from '@hono/zod-openapi'
import type { TokenBody } from '../../http/routes/api-tokens.ts'

/**
 * What the API answers, by the schemas that check it. Numbers are `ExactNumber` where a float would
 * alter them, whatever their type says: `decimalText` reads both.
 */
type Answer<Body extends z.ZodType> = z.output<Body>

export type ApiToken = Answer<typeof TokenBody> & { last_used_at?: string | null }
