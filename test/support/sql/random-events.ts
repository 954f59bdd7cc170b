import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { type Random, createRandom } from './random.ts'

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2024, 11, 26)

/** Texts that are, or nearly are, numbers: each says one thing of the grammar of numbers. */
const MIXED = [
  '12',
  'abc',
  '',
  ' 7 ',
  '\t8\n',
  '1e3',
  '1E-3',
  '-2.5e+2',
  '-0.5',
  '1.23456789',
  '1.2345678905',
  '0',
  '-0',
  '-0.000',
  '00012.50',
  '+3',
  '.5',
  '-.5',
  '5.',
  '.',
  'NaN',
  'Infinity',
  '0x10',
  '1,5',
  '1_000',
  '1e',
  '1e1000',
  '1 2',
  '٣',
  '\u00a09',
  '9007199254740991',
  '9007199254740993',
  '-9007199254740992.5',
  '99999999999999999.999999999',
  '-12345678901234567.000000001',
  '0.000000001',
  '0.0000000005',
  '1e-30',
  '1e25',
  '123456789012345678901234567890.123456789',
]
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'Ünï', 'EU-west-1', '😀', '\ufffd']
const MODELS = ['gpt-5', 'opus', 'haiku', 'Opus', 'x_y', '50%']
const NOTES = [
  'it’s',
  "it's",
  ' padded ',
  '',
  'straße',
  'naïve café',
  'a/b',
  'A',
  'a',
  '10',
  '9',
  '1.0',
]
const FLAGS = ['true', 'false', 'TRUE', 'f', 't', '1', '0', 'yes', '']
const DAYS = [
  '2025-01-03',
  '2025-01-03T04:05:06Z',
  '2025-01-03 04:05:06',
  '2025-01-03T04:05:06.789123Z',
  '2025-01-03T04:05:06+02:00',
  '2024-02-29',
  '2025-02-30',
  'soon',
  '',
]

/** The properties that queries name, and whether their texts are meant as numbers. */
export const PROPERTIES: { name: string; isNumber: boolean }[] = [
  { name: 'tokens', isNumber: true },
  { name: 'cost', isNumber: true },
  { name: 'storage_used', isNumber: true },
  { name: 'seats', isNumber: true },
  { name: 'mixed', isNumber: true },
  { name: 'odd name', isNumber: true },
  { name: 'user_id', isNumber: false },
  { name: 'region', isNumber: false },
  { name: 'model', isNumber: false },
  { name: 'note', isNumber: false },
  { name: 'flag', isNumber: false },
  { name: 'day', isNumber: false },
  { name: 'order', isNumber: false },
  { name: '__proto__', isNumber: false },
]

export const EVENT_TYPES = ['usage', 'other', 'Seats']

/**
 * Events of eight days around a change of year, a week and a month, with missing properties, equal
 * instants that differ at most below the microsecond, and texts that are no numbers.
 */
export function randomEvents(seed: number, count: number): UsageEvent[] {
  const random = createRandom(seed)
  let timestampMs = START_MS
  return Array.from({ length: count }, (_, place) => {
    if (random.chance(0.7)) timestampMs += random.below((16 * DAY_MS) / count)
    return {
      // The order of the ids is not that of the events, so that ties show what settles them.
      transactionId: `tx${String((place * 7919) % 100_003).padStart(6, '0')}`,
      ingestId: random.pick(['c1', 'alias-1']),
      eventType: random.chance(0.75) ? 'usage' : random.pick(EVENT_TYPES),
      timestampMs,
      subMs: random.chance(0.8) ? '' : random.pick(['000001', '123', '1234', '1239', '5', '50']),
      properties: randomProperties(random),
    }
  })
}

function randomProperties(random: Random): Record<string, string> {
  const values: [name: string, probability: number, value: () => string][] = [
    ['tokens', 0.97, () => String(random.below(20_000))],
    ['cost', 0.95, () => decimalOf(random.below(10 ** 9), random.below(10))],
    ['storage_used', 0.9, () => decimalOf(random.below(10 ** 6), 3)],
    ['seats', 0.95, () => String(random.below(12) - 3)],
    ['mixed', 0.85, () => random.pick(MIXED)],
    ['odd name', 0.5, () => random.pick(['1', '1.0', '01', '2', '2.50'])],
    ['user_id', 0.95, () => `user_${random.below(9)}`],
    ['region', 0.93, () => random.pick(REGIONS)],
    ['model', 0.95, () => random.pick(MODELS)],
    ['note', 0.8, () => random.pick(NOTES)],
    ['flag', 0.8, () => random.pick(FLAGS)],
    ['day', 0.8, () => random.pick(DAYS)],
    ['order', 0.7, () => random.pick(['asc', 'desc'])],
    ['__proto__', 0.5, () => random.pick(['p', 'q'])],
  ]
  const present = values.filter(([, probability]) => random.chance(probability))
  return Object.fromEntries(present.map(([name, , value]) => [name, value()]))
}

function decimalOf(units: number, scale: number): string {
  const digits = String(units).padStart(scale + 1, '0')
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
