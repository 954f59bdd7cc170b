/**
 * The call of the TypeScript SDK that sends this body, as people write it: names without quotes,
 * texts in single ones. Numbers keep their digits.
 */
export function sdkCall(method: string, body: unknown): string {
  const lines = (JSON.stringify(body, null, 2) ?? '{}').split('\n').map((line) =>
    line
      .replace(/^(\s*)"([A-Za-z_$][\w$]*)": /, '$1$2: ')
      .replace(/^(\s*(?:[\w$]+: )?)"([^"'\\]*)"(,?)$/, "$1'$2'$3")
      .replace(/([^,[{\s])$/, '$1,')
      .replace(/^([}\]]),$/, '$1'),
  )
  return `await client.${method}(${lines.join('\n')})`
}
