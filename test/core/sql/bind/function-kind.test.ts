import { expect, test } from 'vitest'
import { refusalText } from '../bound.ts'

const hintOf = (call: string) => refusalText(`SELECT SUM(${call}) AS value FROM events`)

test('a name that is nearly one of ours is corrected', () => {
  expect(refusalText('SELECT SUMM(properties.x) AS value FROM events')).toBe(
    '1:8 — unknown function SUMM (hint: did you mean SUM?)',
  )
  expect(hintOf('COALESC(properties.x, 0)')).toBe(
    '1:12 — unknown function COALESC (hint: did you mean COALESCE?)',
  )
  expect(hintOf('load_extension(1)')).toBe('1:12 — unknown function LOAD_EXTENSION')
})

test('what depends on more than the events is refused as such', () => {
  for (const name of ['now', 'random', 'uuid', 'clock_timestamp', 'current_timestamp', 'rand']) {
    expect(hintOf(`${name}()`)).toBe(
      `1:12 — \`${name}()\` is not available in billable metrics: results must depend on events only`,
    )
  }
})

test('what is absent on purpose says why, or what to use', () => {
  expect(hintOf('SQRT(properties.x)')).toBe(
    '1:12 — unknown function SQRT (hint: its results are not exact decimals, which bills need; x squared is x * x)',
  )
  expect(hintOf("REGEXP_MATCHES(properties.x, 'a')")).toContain('use LIKE')
  expect(hintOf("JSON_EXTRACT(properties.x, 'a')")).toContain('properties.user_id')
  expect(hintOf('IFNULL(properties.x, 0)')).toContain('(hint: use COALESCE)')
})
