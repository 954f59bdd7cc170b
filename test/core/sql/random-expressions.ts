import * as fc from 'fast-check'
import type { Expression, SqlType } from '../../../src/core/sql/plan.ts'

/** Columns of the rows that random expressions read. */
export const COLUMN_TYPES: SqlType[] = ['property', 'text', 'numeric', 'timestamp', 'boolean']

/** What properties and texts are made of: numbers in all forms, instants, truths, and neither. */
export const TEXTS: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'n/a',
    'us',
    'eu',
    'EU',
    'a',
    'ab',
    'a%',
    '_',
    '\u{1f600}',
    '\ufffd',
    'ß',
  ),
  fc.constantFrom(
    '0',
    '-0',
    '1',
    '1.0',
    ' 2 ',
    '+.5',
    '5.',
    '1e2',
    '1E-3',
    '0x10',
    'NaN',
    '1,5',
    '1e',
  ),
  fc.constantFrom(
    '0.1',
    '0.3',
    '-7.25',
    '9007199254740993',
    '1e16',
    '-1e-59',
    '5e-61',
    '1e99',
    '1e100',
  ),
  fc.constantFrom(
    '12345678901234567890.123456789',
    '1e70',
    '1e-40',
    '-1e55',
    '3e-17',
    '999999999999999',
  ),
  fc.constantFrom('2026-03-20', '2026-03-20T12:00:00.0001Z', ' 2026-02-29', '2026-03-20 23:59 +02'),
  fc.constantFrom(
    'true',
    ' F',
    '1',
    'FALSE',
    'yes',
    '2026-12-31T23:59:60.5-0130',
    '1969-07-20 20:17',
  ),
  fc
    .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat(8))
    .map(([n, e]) => `${n}e-${e}`),
)

/** Whole microseconds, many of them at the edges of days and hours. */
export const MICROS: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -2_000_000_000_000_000, max: 4_000_000_000_000_000 }),
  fc
    .tuple(fc.integer({ min: -20_000, max: 40_000 }), fc.integer({ min: -1, max: 1 }))
    .map(([days, more]) => days * 86_400_000_000 + more),
  fc.constantFrom(0, -1, 1, 999, 1_000, 1_774_000_000_123_456),
)

export const NUMBERS: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('0', '1', '2', '0.5', '10', '100.0', '1000000', '0.001', '33.333', '3', '7'),
  fc.constantFrom('9007199254740993', '1e30', '0.000000000000000000001', '1e58'),
)

const { numeric, text, boolean, timestamp } = fc.letrec<Record<string, Expression>>((tie) => {
  const of = (type: SqlType) => {
    const index = COLUMN_TYPES.indexOf(type)
    return fc.constant<Expression>({ op: 'column', type, index })
  }
  const call = (
    op: Expression['op'],
    type: SqlType,
    args: string[],
    more: fc.Arbitrary<object> = fc.constant({}),
  ) =>
    fc
      .tuple(fc.tuple(...args.map((arg) => tie(arg))), more)
      .map(([inner, rest]) => ({ op, type, args: inner, ...rest }) as unknown as Expression)
  const leaf = (type: SqlType, literal: fc.Arbitrary<Expression>) =>
    fc.oneof(
      { weight: 3, arbitrary: of(type) },
      { weight: 3, arbitrary: literal },
      {
        weight: 1,
        arbitrary: fc.constant<Expression>({ op: 'null', type }),
      },
    )
  const choices = (type: SqlType, name: string) => [
    call('case', type, ['boolean', name, 'boolean', name, name]),
    call('case', type, ['boolean', name]),
    call('coalesce', type, [name, name, name]),
    call('least', type, [name, name]),
    call('greatest', type, [name, name, name]),
  ]
  const recursive = (leaves: fc.Arbitrary<Expression>, calls: fc.Arbitrary<Expression>[]) =>
    fc.oneof({ maxDepth: 4, depthIdentifier: 'expression' }, leaves, ...calls)
  const comparisons = (['=', '!=', '<', '<=', '>', '>=', 'distinct', 'same'] as const).flatMap(
    (op) =>
      (['numeric', 'text', 'timestamp'] as const).map((type) =>
        call(op, 'boolean', [type, type], fc.constant({ of: type })),
      ),
  )
  const among = (type: 'numeric' | 'text', literal: fc.Arbitrary<Expression>) =>
    fc
      .tuple(tie(type), fc.array(leafLiteral(type, literal), { minLength: 1, maxLength: 4 }))
      .map(([subject, literals]): Expression => ({
        op: 'in',
        type: 'boolean',
        of: type,
        args: [subject, ...literals],
      }))
  const leafLiteral = (type: SqlType, literal: fc.Arbitrary<Expression>) =>
    fc.oneof(
      { weight: 5, arbitrary: literal },
      {
        weight: 1,
        arbitrary: fc.constant<Expression>({ op: 'null', type }),
      },
    )
  const numbers = NUMBERS.map((value): Expression => ({
    op: 'numeric',
    type: 'numeric',
    text: value,
  }))
  const texts = TEXTS.map((value): Expression => ({ op: 'text', type: 'text', value }))
  const instants = MICROS.map((micros): Expression => ({
    op: 'timestamp',
    type: 'timestamp',
    micros,
  }))
  const truths = fc
    .boolean()
    .map((value): Expression => ({ op: 'boolean', type: 'boolean', value }))
  const units = fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'quarter', 'year')
  const quiet = fc.record({ isQuiet: fc.boolean() })
  return {
    property: of('property'),
    numeric: recursive(leaf('numeric', numbers), [
      call('parse', 'numeric', ['property'], quiet),
      call('parse', 'numeric', ['text'], quiet),
      ...(['add', 'subtract', 'multiply', 'divide', 'modulo'] as const).map((op) =>
        call(op, 'numeric', ['numeric', 'numeric']),
      ),
      call('negate', 'numeric', ['numeric']),
      call('absolute', 'numeric', ['numeric']),
      call(
        'round',
        'numeric',
        ['numeric'],
        fc.record({
          digits: fc.integer({ min: -99, max: 99 }),
          mode: fc.constantFrom('half', 'up', 'down', 'truncate'),
        }),
      ),
      call(
        'round',
        'numeric',
        ['numeric'],
        fc.record({ digits: fc.nat(3), mode: fc.constant('half') }),
      ),
      call(
        'rescale',
        'numeric',
        ['numeric'],
        fc
          .tuple(fc.integer({ min: 1, max: 76 }), fc.nat(20), fc.boolean())
          .map(([precision, scale, isQuiet]) => ({
            precision,
            scale: Math.min(precision, scale),
            isQuiet,
          })),
      ),
      call(
        'extract',
        'numeric',
        ['timestamp'],
        fc.record({
          field: fc.constantFrom(
            'year',
            'month',
            'day',
            'hour',
            'minute',
            'second',
            'dow',
            'epoch',
          ),
        }),
      ),
      call(
        'date-diff',
        'numeric',
        ['timestamp', 'timestamp'],
        fc.record({ unit: fc.oneof(units, fc.constantFrom('second', 'millisecond')) }),
      ),
      call('length', 'numeric', ['text']),
      ...choices('numeric', 'numeric'),
    ]),
    text: recursive(fc.oneof(leaf('text', texts), of('property')), [
      call('concat', 'text', ['text', 'text', 'text']),
      call('lower', 'text', ['text']),
      call('upper', 'text', ['text']),
      call('trim', 'text', ['text']),
      call('numeric-text', 'text', ['numeric']),
      call('timestamp-text', 'text', ['timestamp']),
      call('boolean-text', 'text', ['boolean']),
      call(
        'substring',
        'text',
        ['text'],
        fc.record({ from: fc.integer({ min: -5, max: 5 }), length: fc.option(fc.nat(5)) }),
      ),
      call('replace', 'text', ['text'], fc.record({ from: TEXTS, to: TEXTS })),
      ...choices('text', 'text'),
    ]),
    boolean: recursive(leaf('boolean', truths), [
      call('and', 'boolean', ['boolean', 'boolean']),
      call('or', 'boolean', ['boolean', 'boolean', 'boolean']),
      call('not', 'boolean', ['boolean']),
      ...comparisons,
      among('numeric', numbers),
      among('text', texts),
      call(
        'like',
        'boolean',
        ['text'],
        fc.record({ pattern: TEXTS.map((value) => `%${value}_%`) }),
      ),
      call('starts-with', 'boolean', ['text'], fc.record({ prefix: TEXTS })),
      call('is-null', 'boolean', ['numeric']),
      call('is-null', 'boolean', ['text']),
      call('is-boolean', 'boolean', ['boolean'], fc.record({ value: fc.boolean() })),
      call('parse-boolean', 'boolean', ['text'], quiet),
      ...choices('boolean', 'boolean'),
    ]),
    timestamp: recursive(leaf('timestamp', instants), [
      call('truncate', 'timestamp', ['timestamp'], fc.record({ unit: units })),
      call(
        'parse-timestamp',
        'timestamp',
        ['text'],
        fc.record({ isDate: fc.boolean(), isQuiet: fc.boolean() }),
      ),
      ...choices('timestamp', 'timestamp'),
    ]),
  }
})

/** Expressions of any type over the columns. */
export const EXPRESSIONS: fc.Arbitrary<Expression> = fc.oneof(
  numeric!,
  numeric!,
  text!,
  boolean!,
  timestamp!,
)
