import { type Binding, call, infix, SUFFIX } from './construct.ts'
import { type Construct, LEVEL } from './query-tree.ts'

const SUM: Binding = { level: LEVEL.sum, operandLevels: [LEVEL.sum, LEVEL.product] }
const PRODUCT: Binding = { level: LEVEL.product, operandLevels: [LEVEL.product, LEVEL.sign] }
const SIGN: Binding = { level: LEVEL.sign, operandLevels: [LEVEL.sign] }

/** What is computed of numbers. */
export const ARITHMETIC: Construct[] = [
  infix(call('+', 'numeric', ['number', 'number'], '$1 + $2', '($1 + $2)'), SUM),
  infix(call('-', 'numeric', ['number', 'number'], '$1 - $2', '($1 - $2)'), SUM),
  infix(call('*', 'numeric', ['number', 'number'], '$1 * $2', 'times($1, $2)'), PRODUCT),
  infix(call('/', 'numeric', ['number', 'number'], '$1 / $2', 'divide($1, $2)'), PRODUCT),
  infix(call('%', 'numeric', ['number', 'number'], '$1 % $2', 'modulo($1, $2)'), PRODUCT),
  infix(call('unary -', 'numeric', ['number'], '- $1', '(- $1)'), SIGN),
  infix(call('unary +', 'numeric', ['numeric'], '+ $1', '$1'), SIGN),
  call('MOD', 'numeric', ['number', 'number'], 'MOD($1, $2)', 'modulo($1, $2)'),
  call('ABS', 'numeric', ['number'], 'ABS($1)', 'abs($1)'),
  call('CEIL', 'numeric', ['number'], 'CEIL($1)', 'ceil($1)'),
  call('CEIL', 'numeric', ['number'], 'CEILING($1)', 'ceil($1)'),
  call('FLOOR', 'numeric', ['number'], 'FLOOR($1)', 'floor($1)'),
  call('ROUND', 'numeric', ['number'], 'ROUND($1)', 'round($1, 0)'),
  call('TRUNC', 'numeric', ['number'], 'TRUNC($1)', 'trunc($1, 0)'),
  ...[0, 1, 2, 3, 12, -1, -3].flatMap((digits) => [
    call('ROUND', 'numeric', ['number'], `ROUND($1, ${digits})`, `round($1, ${digits})`),
    call('TRUNC', 'numeric', ['number'], `TRUNC($1, ${digits})`, `trunc($1, ${digits})`),
  ]),
]

export const NUMBER_CASTS: Construct[] = (['parsed', 'text', 'numeric'] as const).flatMap(
  (place) => {
    const number = place === 'text' ? 'parse_number($1)' : '$1'
    const rescaled = (precision: number, scale: number) =>
      `rescale(${number}, ${precision}, ${scale})`
    const forms: [type: string, postgres: string][] = [
      ['DECIMAL', number],
      ['NUMERIC', number],
      ['DOUBLE', number],
      ['DOUBLE PRECISION', number],
      ['FLOAT', number],
      ['REAL', number],
      ['DECIMAL(20, 2)', rescaled(20, 2)],
      ['DECIMAL(10)', rescaled(10, 0)],
      ['NUMERIC(5, 3)', rescaled(5, 3)],
      ['DECIMAL(38, 10)', rescaled(38, 10)],
      ['INT', rescaled(38, 0)],
      ['INTEGER', rescaled(38, 0)],
      ['BIGINT', rescaled(38, 0)],
      ['SMALLINT', rescaled(38, 0)],
    ]
    return forms.flatMap(([type, postgres]) => [
      call('CAST number', 'numeric', [place], `CAST($1 AS ${type})`, postgres),
      call('TRY_CAST', 'numeric', [place], `TRY_CAST($1 AS ${type})`, postgres),
      infix(call(':: number', 'numeric', [place], `$1::${type}`, postgres), SUFFIX),
    ])
  },
)
