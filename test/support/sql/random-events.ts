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
  '1e-58',
  '5e-61',
  '-4e-61',
  '1e30',
  '123456789012345678901234567890.123456789',
]
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'Ünï', 'EU-west-1', '😀', '\ufffd']
const MODELS = ['gpt-5', 'opus', 'haiku', 'Opus', 'x_y', '50%']
const NOTES = [
  'a\\b',
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
const FLAGS = ['true', 'false', 'TRUE', 'f', 't', '1', '0', 'yes', '', ' True ', 'off']
const DAYS = [
  '2025-01-03',
  '2025-01-03T04:05:06Z',
  '2025-01-03 04:05:06',
  '2025-01-03T04:05:06.789123Z',
  '2025-01-03T04:05:06+02:00',
  '2024-02-29',
  ' 2024-12-31t23:59z ',
  '2024-12-31 23:59+0530',
  '2024-12-31T23:59:59.1234567Z',
  '1969-12-31T23:59:59.5Z',
  '1582-10-10',
  '2400-02-29T00:00:00+14',
  '2025-02-30',
  'soon',
  '',
]

export const EVENT_TYPES = ['usage', 'other', 'Seats']
const ORDERS = ['asc', 'desc']
const PROTOTYPES = ['p', 'q']

export interface Property {
  name: string
  /** Whether its texts are meant as numbers. */
  isNumber: boolean
  /** Values to compare it with. */
  samples: readonly string[]
}

/** The properties that queries name. */
export const PROPERTIES: Property[] = [
  { name: 'tokens', isNumber: true, samples: ['5000', '10000.5', '1.5e4'] },
  { name: 'cost', isNumber: true, samples: ['0.5', '1', '1000'] },
  { name: 'storage_used', isNumber: true, samples: ['250.125', '500', '999'] },
  { name: 'seats', isNumber: true, samples: ['0', '3', '5.0'] },
  { name: 'mixed', isNumber: true, samples: ['0', '1000', '9007199254740993', '.5'] },
  { name: 'odd name', isNumber: true, samples: ['1', '2', '2.5'] },
  { name: 'user_id', isNumber: false, samples: ['user_3', 'user_5'] },
  { name: 'region', isNumber: false, samples: REGIONS },
  { name: 'model', isNumber: false, samples: MODELS },
  { name: 'note', isNumber: false, samples: NOTES },
  { name: 'flag', isNumber: false, samples: FLAGS },
  { name: 'day', isNumber: false, samples: DAYS },
  { name: 'order', isNumber: false, samples: ORDERS },
  { name: '__proto__', isNumber: false, samples: PROTOTYPES },
]

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
      subMs: random.chance(0.8) ? '' : random.pick(['000001', '123', '1234', '1239', '5', '51']),
      properties: randomProperties(random),
    }
  })
}

function randomProperties(random: Random): Record<string, unknown> {
  const values: [name: string, probability: number, value: () => unknown][] = [
    // Numbers and booleans come as they are too, and what is neither.
    ['tokens', 0.97, () => as(random, random.below(20_000))],
    ['cost', 0.95, () => decimalOf(random.below(10 ** 9), random.below(10))],
    ['storage_used', 0.9, () => decimalOf(random.below(10 ** 6), 3)],
    ['seats', 0.95, () => as(random, random.below(12) - 3)],
    ['mixed', 0.85, () => random.pick(MIXED)],
    ['odd name', 0.5, () => random.pick(['1', '1.0', '01', '2', '2.50'])],
    ['user_id', 0.95, () => `user_${random.below(9)}`],
    ['region', 0.93, () => random.pick(REGIONS)],
    ['model', 0.95, () => random.pick(MODELS)],
    ['note', 0.8, () => random.pick<unknown>([...NOTES, { a: 1 }, 1.5])],
    ['flag', 0.8, () => random.pick<unknown>([...FLAGS, true, false, null])],
    ['day', 0.8, () => random.pick(DAYS)],
    ['order', 0.7, () => random.pick(ORDERS)],
    ['__proto__', 0.5, () => random.pick(PROTOTYPES)],
  ]
  const present = values.filter(([, probability]) => random.chance(probability))
  return Object.fromEntries(present.map(([name, , value]) => [name, value()]))
}

function as(random: Random, value: number): number | string {
  return random.chance(0.2) ? value : String(value)
}

function decimalOf(units: number, scale: number): string {
  const digits = String(units).padStart(scale + 1, '0')
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
