import type { CodeMutant } from './mutant.ts'

const OVERRIDE = 'src/core/rating/choose-override.ts'
const DRAW = 'src/core/ledger/draw-down.ts'
const RATE = 'src/core/rating/rate-usage.ts'
const TIERED = 'src/core/rating/models/tiered.ts'
const FINALIZE = 'src/objects/account-finalize.ts'
const PERIOD = 'src/core/contracts/billing-period.ts'

/** Faults in prices, balances and invoices. */
export const BILLING_MUTANTS: CodeMutant[] = [
  {
    name: 'a rate holds an hour too long',
    patches: [
      {
        file: 'src/core/catalog/resolve-rate.ts',
        before: 'rate.startingAt <= at &&',
        after: 'rate.startingAt + 3_600_000 <= at &&',
      },
    ],
  },
  {
    name: 'the oldest entry of a card wins',
    patches: [
      {
        file: 'src/core/catalog/resolve-rate.ts',
        before: 'b.sequence - a.sequence',
        after: 'a.sequence - b.sequence',
      },
    ],
  },
  {
    name: 'changed rates are not seen by who remembers the old ones',
    patches: [
      {
        file: 'src/db/catalog-cache.ts',
        before: 'if (cached?.loaded.catalogVersion === catalogVersion) {',
        after: 'if (cached !== undefined) {',
      },
    ],
  },
  {
    name: 'a tier has one unit more than the next one leaves',
    patches: [
      {
        file: TIERED,
        before: 'to: isLast ? null : startingAt,',
        after: 'to: isLast ? null : startingAt.plus(1),',
      },
    ],
  },
  {
    name: 'sizes of tiers are taken for their ends',
    patches: [
      {
        file: TIERED,
        before: 'startingAt = startingAt.plus(tier.size ?? ZERO)',
        after: 'startingAt = tier.size ?? startingAt',
      },
    ],
  },
  {
    name: 'a ladder begins anew with each rate',
    patches: [{ file: RATE, before: 'return position.plus(quantity)', after: 'return position' }],
  },
  {
    name: 'a multiplier goes before an overwrite',
    patches: [
      {
        file: OVERRIDE,
        before: "Number(right.type === 'OVERWRITE') - Number(left.type === 'OVERWRITE')",
        after: "Number(left.type === 'OVERWRITE') - Number(right.type === 'OVERWRITE')",
      },
    ],
  },
  {
    name: 'the override that was added first wins',
    patches: [
      {
        file: OVERRIDE,
        before: 'compare(winner, override, prioritization) >= 0',
        after: 'compare(winner, override, prioritization) > 0',
      },
    ],
  },
  {
    name: 'the highest multiplier wins',
    patches: [
      {
        file: OVERRIDE,
        before: 'return new Decimal(left.multiplier).comparedTo(right.multiplier)',
        after: 'return new Decimal(right.multiplier).comparedTo(left.multiplier)',
      },
    ],
  },
  {
    name: 'an override for some values is for all',
    patches: [
      {
        file: 'src/core/rating/match-override.ts',
        before: 'Object.hasOwn(values, name) && values[name] === value',
        after: 'Object.hasOwn(values, name)',
      },
    ],
  },
  {
    name: 'a draw is taken twice from what is left',
    patches: [
      {
        file: DRAW,
        before: 'purse.left.get(key)!.minus(amount)',
        after: 'purse.left.get(key)!.minus(amount).minus(amount)',
      },
    ],
  },
  {
    name: 'an invoice forgets what it drew',
    patches: [
      {
        file: 'src/objects/account-draws.ts',
        before: "for (const draw of drawsOf(invoice, invoice.finalizedAt)) insert('draw', draw)",
        after:
          "for (const draw of drawsOf(invoice, invoice.finalizedAt).slice(1)) insert('draw', draw)",
      },
    ],
  },
  {
    name: 'what a void invoice drew is not given back',
    patches: [
      {
        file: 'src/objects/account-draws.ts',
        before: 'voidedAt: row.voided_at,',
        after: 'voidedAt: null,',
      },
    ],
  },
  {
    name: 'an expired credit is still used',
    patches: [
      {
        file: DRAW,
        before: 'return line.endingBefore <= access.endMs',
        after: 'return true',
      },
    ],
  },
  {
    name: 'a credit is used before it begins',
    patches: [
      {
        file: DRAW,
        before: 'if (access === null || access.startMs > line.startingAt) return false',
        after: 'if (access === null) return false',
      },
    ],
  },
  {
    name: 'a balance that is dear goes first',
    patches: [
      {
        file: 'src/core/ledger/balance-order.ts',
        before: 'priority: new Decimal(priority),',
        after: 'priority: new Decimal(priority).neg(),',
      },
    ],
  },
  {
    name: 'postpaid commits go before prepaid ones',
    patches: [
      {
        file: 'src/core/ledger/balance-order.ts',
        before: "['ROLLOVER', 'IN_ADVANCE', 'POSTPAID'] as const",
        after: "['ROLLOVER', 'POSTPAID', 'IN_ADVANCE'] as const",
      },
    ],
  },
  {
    name: 'balances pay for products that are not theirs',
    patches: [
      {
        file: 'src/core/ledger/applicability.ts',
        before: 'return productIds.includes(productId) ||',
        after: 'return productIds.length > 0 ||',
      },
    ],
  },
  {
    name: 'what postpaid commits pay is taken off the total',
    patches: [
      {
        file: 'src/core/invoices/invoice-total.ts',
        before: "line.paidBy.balanceType === 'POSTPAID'",
        after: "line.paidBy.balanceType === 'CREDIT'",
      },
    ],
  },
  {
    name: 'entries by hand count twice',
    patches: [
      {
        file: 'src/core/ledger/movements.ts',
        before: "    add(balanceId, { kind: 'MANUAL',",
        after:
          "    add(balanceId, { kind: 'MANUAL', segmentId, amount, at, reason, seats: parts(entry.seats) })\n    add(balanceId, { kind: 'MANUAL',",
      },
    ],
  },
  {
    name: 'a rollover takes all that is left along',
    patches: [
      {
        file: 'src/core/ledger/roll-over.ts',
        before: 'return Decimal.max(Decimal.min(left, granted.times(fraction)), 0)',
        after: 'return Decimal.max(left, 0)',
      },
    ],
  },
  {
    name: 'a part of a period is a day too long',
    patches: [
      {
        file: 'src/core/contracts/proration.ts',
        before: 'return divide(amount.times(partMs), new Decimal(wholeMs))',
        after: 'return divide(amount.times(partMs + 86_400_000), new Decimal(wholeMs))',
      },
    ],
  },
  {
    name: 'a period ends a day late',
    patches: [
      {
        file: PERIOD,
        before: 'const endMs = Math.min(endingBefore, whole.endMs)',
        after: 'const endMs = Math.min(endingBefore, whole.endMs + 86_400_000)',
      },
    ],
  },
  {
    name: 'the last period does not end with its contract',
    patches: [
      {
        file: PERIOD,
        before: 'const endMs = Math.min(endingBefore, whole.endMs)',
        after: 'const endMs = whole.endMs',
      },
    ],
  },
  {
    name: 'the next due row is lost',
    patches: [
      {
        file: FINALIZE,
        before: '    ...due.map((unit) => insertDueInvoice(db, environmentId, unit)),\n',
        after: '',
      },
    ],
  },
  {
    name: 'an invoice is final before its grace is over',
    patches: [
      {
        file: 'src/core/environment.ts',
        before: 'graceMs: 24 * HOUR_MS',
        after: 'graceMs: HOUR_MS',
      },
    ],
  },
  {
    name: 'an invoice that is final is drafted and finalized again',
    patches: [
      {
        file: 'src/core/invoices/open-statement.ts',
        before: '.filter((period) => !isInvoiced(contract, period))',
        after: '',
      },
    ],
  },
]
