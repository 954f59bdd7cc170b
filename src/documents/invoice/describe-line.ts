import type { ChargingLine, FixedLine, Invoice, LineTier } from '../../core/invoices/invoice.ts'
import { unreachable } from '../../core/result.ts'
import type { NumberFormat } from '../../core/seller.ts'
import { cleanText, isolate } from '../text/characters.ts'
import { formatNumber } from './number-format.ts'
import { printPeriod } from './print-dates.ts'

/** What tells a line from others of its product: dimensions, tier, time, and where it comes from. */
export function describeLine(line: ChargingLine, invoice: Invoice, format: NumberFormat): string[] {
  if ('source' in line) return describeFixed(line)
  const texts: string[] = []
  if (line.type !== 'cpu_conversion') {
    const values = { ...line.pricingGroupValues, ...line.presentationGroupValues }
    const dimensions = Object.entries(values).map(([key, value]) => {
      return `${isolate(key)}: ${value === null ? '–' : isolate(value)}`
    })
    if (dimensions.length > 0) texts.push(dimensions.join('  ·  '))
    if (line.tier !== undefined) texts.push(describeTier(line.tier, format))
  }
  const isOther =
    line.startingAt !== invoice.startingAt || line.endingBefore !== invoice.endingBefore
  if (line.type === 'subscription' && line.isProrated) {
    const { startingAt, endingBefore } = line.derivation.billingPeriod
    const part = printPeriod(line.startingAt, line.endingBefore)
    texts.push(`${part}, prorated from ${printPeriod(startingAt, endingBefore)}`)
  } else if (isOther) texts.push(printPeriod(line.startingAt, line.endingBefore))
  return texts
}

function describeTier({ level, startingAt, size }: LineTier, format: NumberFormat): string {
  if (size === null) return `Tier ${level}: above ${formatNumber(startingAt, format)}`
  const next = formatNumber(size, format)
  if (level === 1) return `Tier 1: the first ${next}`
  return `Tier ${level}: above ${formatNumber(startingAt, format)}, the next ${next}`
}

function describeFixed({ source, service }: FixedLine): string[] {
  switch (source.kind) {
    case 'scheduled_charge':
      return ['Scheduled charge']
    case 'discount':
      return ['Discount']
    case 'professional_service':
      return ['Professional service', ...(service?.metadata ? [cleanText(service.metadata)] : [])]
    case 'commit':
      return ['Purchase of a commit']
    case 'trueup':
      return ['True-up: what was committed to and not spent']
    default:
      return unreachable(source)
  }
}
