import { z } from '@hono/zod-openapi'
import { readBalances } from '../../actions/balances.ts'
import type { Contract } from '../../core/contracts/contract.ts'
import { toText } from '../../core/decimal.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { LedgerEntry } from '../../core/ledger/ledger.ts'
import {
  type SeatPart,
  seatParts,
  type SeatTotal,
  seatTotals,
} from '../../core/ledger/seat-balances.ts'
import { hasAccess } from '../../core/ledger/select-balances.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { findContract } from '../../db/contracts.ts'
import { fail } from '../errors.ts'
import { decodeCursor, encodeCursor } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { Id, json, jsonBody, Timestamp, TimestampText, toApiTimestamp } from '../schemas.ts'
import { noContract } from './contracts.ts'

const SEATS_MAX = 100
const SEATS_USUAL = 25

/** Once a page has so many commits and credits, no further seat goes onto it. */
const PARTS_MAX = 100

const SeatPartBody = z.object({
  id: Id,
  balance: z.number(),
  start_date: TimestampText,
  end_date: TimestampText.nullable().optional(),
  ledger_entries: z
    .array(z.object({ type: z.string(), amount: z.number(), timestamp: TimestampText }))
    .optional(),
})

const SeatBody = z
  .object({
    seat_id: z.string(),
    balances: z.array(
      z.object({ credit_type_id: Id, balance: z.number(), starting_balance: z.number() }),
    ),
    commits: z.array(SeatPartBody).optional(),
    credits: z.array(SeatPartBody).optional(),
  })
  .openapi('SeatBalance')

const ListBody = z
  .object({
    customer_id: Id,
    contract_id: Id,
    subscription_ids: z.array(Id).optional(),
    seat_ids: z.array(z.string()).optional(),
    skip_missing_seat_ids: z.boolean().optional().openapi({
      description: 'Leaves out seats that the subscriptions do not have, instead of refusing them.',
    }),
    include_credits_and_commits: z.boolean().optional(),
    include_ledgers: z.boolean().optional().openapi({
      description: 'Of commits and credits, where these are included.',
    }),
    starting_at: Timestamp.optional().openapi({ description: 'Only with access then or later.' }),
    effective_before: Timestamp.optional().openapi({ description: 'Only with access before.' }),
    covering_date: Timestamp.optional().openapi({
      description: 'Only what gives access then. Not together with the other two.',
    }),
    limit: z
      .int({ error: 'expected a whole number from 1 to 100' })
      .min(1, { error: 'expected a whole number from 1 to 100' })
      .max(SEATS_MAX, { error: 'expected a whole number from 1 to 100' })
      .optional()
      .openapi({ description: 'Seats a page, 25 if omitted.' }),
    cursor: z.string().optional().openapi({ description: 'The `next_page` of the page before.' }),
  })
  .refine(
    ({ covering_date, starting_at, effective_before }) =>
      covering_date === undefined || (starting_at ?? effective_before) === undefined,
    { error: 'expected without starting_at and effective_before', path: ['covering_date'] },
  )
type ListBody = z.output<typeof ListBody>

const listSeatBalancesRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/seatBalances/list',
  access: 'read',
  operationId: 'listSeatBalances',
  tags: ['Commits and credits'],
  summary: 'List what seats have of commits and credits that are divided among them',
  request: { body: jsonBody(ListBody) },
  responses: {
    200: json(
      z.object({
        data: z.array(SeatBody),
        pagination: z.object({
          seats_included: z.number(),
          seats_available_for_next_page: z.number(),
          next_page: z.string().nullable(),
        }),
      }),
      'A page of seats, in the order of their ids',
    ),
  },
})

export function seatBalanceRoutes(app: App): void {
  app.openapi(listSeatBalancesRoute, async (c) => {
    const { db, environment, now } = c.var
    const body = c.req.valid('json')
    const { customer_id, contract_id, cursor, limit = SEATS_USUAL, ...filters } = body
    const question = JSON.stringify([c.req.path, customer_id, contract_id, filters])
    const from = decodeCursor(question, cursor, ['string'])
    if (!from.ok) return fail(c, from.error)
    const contract = await findContract(db, environment.id, customer_id, contract_id)
    if (contract === null) return fail(c, noContract(contract_id))
    const seats = findSeats(contract, body)
    if (!seats.ok) return fail(c, seats.error)
    const whose = { customerId: customer_id, isWithDrafts: true }
    const read = await readBalances(c.env, environment, whose, now)
    if (!read.ok) return fail(c, read.error)
    const balances = read.value.balances.filter((balance) => isAsked(balance, body))
    const parts = seatParts({ ...read.value, balances }, now)
    const [after] = from.value ?? []
    const left = seats.value.filter((seatId) => after === undefined || seatId > String(after))
    const page = takePage(left, limit, (seatId) =>
      body.include_credits_and_commits ? (parts.get(seatId)?.length ?? 0) : 0,
    )
    const last = page.at(-1)
    const hasMore = last !== undefined && page.length < left.length
    const pagination = {
      seats_included: page.length,
      seats_available_for_next_page: left.length - page.length,
      next_page: hasMore ? encodeCursor(question, [last]) : null,
    }
    const data = page.map((seatId) => toApiSeat(seatId, parts.get(seatId) ?? [], body))
    return c.json({ data, pagination }, 200)
  })
}

/** The seats that are asked for, in the order of their ids. */
function findSeats(
  { terms: { subscriptions = [] } }: Contract,
  { subscription_ids, seat_ids, skip_missing_seat_ids = false }: ListBody,
): Result<string[]> {
  const seated = subscriptions.filter((own) => own.quantityManagementMode === 'SEAT_BASED')
  const strange = subscription_ids?.find((id) => seated.every((own) => own.id !== id))
  if (strange !== undefined) {
    const message = `the contract has no SEAT_BASED subscription ${strange}`
    return refuse('invalid', `subscription_ids: ${message}`)
  }
  const chosen = seated.filter(({ id }) => subscription_ids?.includes(id) ?? true)
  const known = new Set(
    chosen.flatMap(({ quantities }) => quantities.flatMap(({ seatIds = [] }) => seatIds)),
  )
  const missing = seat_ids?.find((seatId) => !known.has(seatId))
  if (missing !== undefined && !skip_missing_seat_ids) {
    return refuse('invalid', `seat_ids: no subscription of the contract has a seat ${missing}`)
  }
  const asked = seat_ids === undefined ? known : new Set(seat_ids.filter((id) => known.has(id)))
  return ok([...asked].toSorted())
}

function isAsked(balance: SeatPart['balance'], body: ListBody): boolean {
  const { contractId, seats, archivedAt } = balance
  if (contractId !== body.contract_id || seats === undefined || archivedAt !== null) return false
  if (body.subscription_ids?.includes(seats.subscriptionId) === false) return false
  return hasAccess(balance, {
    coveringDate: body.covering_date,
    startingAt: body.starting_at,
    effectiveBefore: body.effective_before,
  })
}

/** Whole seats only, and one at least. */
function takePage(seatIds: string[], limit: number, countParts: (seatId: string) => number) {
  const page: string[] = []
  let count = 0
  for (const seatId of seatIds.slice(0, limit)) {
    if (count >= PARTS_MAX) break
    page.push(seatId)
    count += countParts(seatId)
  }
  return page
}

function toApiSeat(
  seatId: string,
  parts: SeatPart[],
  { include_credits_and_commits = false, include_ledgers = false }: ListBody,
): z.input<typeof SeatBody> {
  const totals = { seat_id: seatId, balances: seatTotals(parts).map(toApiTotal) }
  if (!include_credits_and_commits) return totals
  const [credits, commits] = [true, false].map((isCredit) =>
    parts
      .filter(({ balance: { type } }) => (type === 'CREDIT') === isCredit)
      .map((part) => toApiPart(part, include_ledgers)),
  )
  return { ...totals, commits, credits }
}

function toApiTotal({ creditTypeId, usable, granted }: SeatTotal) {
  return {
    credit_type_id: creditTypeId,
    balance: jsonNumber(toText(usable)),
    starting_balance: jsonNumber(toText(granted)),
  }
}

function toApiPart(
  { balance: { id, segments }, usable, ledger }: SeatPart,
  includesLedger: boolean,
): z.input<typeof SeatPartBody> {
  const start = Math.min(...segments.map(({ startingAt }) => startingAt))
  const end = Math.max(...segments.map(({ endingBefore }) => endingBefore))
  return {
    id,
    balance: jsonNumber(toText(usable)),
    start_date: toApiTimestamp(start),
    end_date: toApiTimestamp(end),
    ledger_entries: includesLedger ? ledger.map(toApiEntry) : undefined,
  }
}

function toApiEntry({ type, amount, at }: LedgerEntry) {
  return { type, amount: jsonNumber(amount), timestamp: toApiTimestamp(at) }
}
