import type { Balance, Contract } from '../../api/answers.ts'
import type { Tone } from '../../components/badge.tsx'
import { decimalText, groupDigits } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'
import { BALANCE_KINDS, overrideChange, overrideTargets } from './term-text.ts'

/** What happens to a contract at an instant. */
export interface ContractDate {
  key: string
  at: string
  title: string
  detail?: string
  tone: Tone
  /** The invoice that is about it, once there is one. */
  invoiceId?: string | undefined
}

interface Item {
  id: string
  timestamp: string
  amount: number
  invoice_id?: string | undefined
}

/** Everything that a contract says about dates, one after the other. */
export function contractDates(
  contract: Contract,
  productName: (id: string) => string,
): ContractDate[] {
  const { starting_at, ending_before, archived_at, created_at, created_by } = contract
  const dates: ContractDate[] = [
    {
      key: 'created',
      at: created_at,
      title: 'Created',
      detail: `by ${created_by}`,
      tone: 'neutral',
    },
    { key: 'start', at: starting_at, title: 'Contract starts', tone: 'good' },
    ...[...contract.commits, ...contract.credits].flatMap(balanceDates),
    ...(contract.scheduled_charges ?? []).flatMap((charge) =>
      payments(charge.schedule.schedule_items, charge.schedule.credit_type, {
        title: charge.name ?? charge.product.name,
        noun: 'is charged',
      }),
    ),
    ...(contract.discounts ?? []).flatMap((discount) =>
      payments(discount.schedule.schedule_items, discount.schedule.credit_type, {
        title: discount.name ?? discount.product.name,
        noun: 'is taken off',
      }),
    ),
    ...contract.overrides.flatMap((override): ContractDate[] => {
      const { id, starting_at: from, ending_before: until } = override
      const detail = overrideTargets(override, productName).join('; ')
      const title = `Prices change: ${overrideChange(override)}`
      const end = `Prices no longer changed: ${overrideChange(override)}`
      return [
        { key: `${id} start`, at: from, title, detail, tone: 'info' },
        ...(until === undefined
          ? []
          : [{ key: `${id} end`, at: until, title: end, detail, tone: 'neutral' as const }]),
      ]
    }),
    ...contract.subscriptions.flatMap(subscriptionDates),
  ]
  if (ending_before !== undefined) {
    dates.push({ key: 'end', at: ending_before, title: 'Contract ends', tone: 'warn' })
  }
  if (archived_at !== undefined) {
    dates.push({ key: 'archived', at: archived_at, title: 'Archived', tone: 'bad' })
  }
  return dates.sort((a, b) => new Date(a.at).getTime() - new Date(b.at).getTime())
}

function balanceDates(balance: Balance): ContractDate[] {
  const { id, name, product, type, access_schedule: access } = balance
  const title = name ?? product.name
  const unit = access.credit_type
  const paid = 'invoice_schedule' in balance ? balance.invoice_schedule : undefined
  return [
    ...access.schedule_items.flatMap((item): ContractDate[] => [
      {
        key: `${id} ${item.id} start`,
        at: item.starting_at,
        title: `${title}: ${moneyText(item.amount, unit)} can be used`,
        detail: BALANCE_KINDS[type],
        tone: 'info',
      },
      {
        key: `${id} ${item.id} end`,
        at: item.ending_before,
        title: `${title}: what is left of ${moneyText(item.amount, unit)} expires`,
        detail: BALANCE_KINDS[type],
        tone: 'neutral',
      },
    ]),
    ...(paid === undefined
      ? []
      : payments(paid.schedule_items, paid.credit_type, {
          title,
          noun: paid.do_not_invoice ? 'is paid elsewhere' : 'is invoiced',
        })),
  ]
}

function payments(
  items: readonly Item[],
  unit: Unit,
  { title, noun }: { title: string; noun: string },
): ContractDate[] {
  return items.map(({ id, timestamp, amount, invoice_id }) => ({
    key: `${id} payment`,
    at: timestamp,
    title: `${title}: ${moneyText(amount, unit)} ${noun}`,
    tone: 'good',
    invoiceId: invoice_id,
  }))
}

function subscriptionDates(subscription: Contract['subscriptions'][number]): ContractDate[] {
  const { id, name, subscription_rate: rate, quantity_schedule: quantities } = subscription
  const title = name ?? rate.product.name
  return [
    ...quantities.map(({ quantity, starting_at }): ContractDate => ({
      key: `${id} ${starting_at}`,
      at: starting_at,
      title: `${title}: ${groupDigits(decimalText(quantity))} from here on`,
      detail: 'Subscription',
      tone: 'info',
    })),
    ...(subscription.ending_before === undefined
      ? []
      : [
          {
            key: `${id} end`,
            at: subscription.ending_before,
            title: `${title} ends`,
            detail: 'Subscription',
            tone: 'neutral' as const,
          },
        ]),
  ]
}
