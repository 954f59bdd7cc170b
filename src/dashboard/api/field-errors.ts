import { ApiError } from './request.ts'

/** What a refusal says about each field, and what is left that names none of them. */
export interface FieldErrors {
  fields: Record<string, string>
  rest: string
}

/** A sentence of a refusal begins with the path of its field: `tiers[0].price: expected number`. */
const SENTENCE = /^([A-Za-z_$][\w$]*(?:\.[\w$]+|\[\d+\])*): (.+)$/s

/**
 * Sorts the sentences of a refusal to the fields of a form.
 * @param names the fields that the form has; a sentence about a part of one of them belongs to it
 */
export function sortFieldErrors(error: Error | null, names: readonly string[]): FieldErrors {
  if (error === null) return { fields: {}, rest: '' }
  const { message } = error
  const fields: Record<string, string> = {}
  const rest: string[] = []
  const sentences = error instanceof ApiError ? message.split(/; (?=[\w$.[\]]+: )/) : [message]
  for (const sentence of sentences) {
    const [, path, text] = SENTENCE.exec(sentence) ?? []
    const name = path === undefined ? undefined : longestPrefix(path, names)
    if (name === undefined || text === undefined) rest.push(sentence)
    else fields[name] = [fields[name], name === path ? text : sentence].filter(Boolean).join('; ')
  }
  return { fields, rest: rest.join('; ') }
}

function longestPrefix(path: string, names: readonly string[]): string | undefined {
  return names
    .filter(
      (name) => path === name || (path.startsWith(name) && /^[.[]/.test(path.slice(name.length))),
    )
    .sort((a, b) => b.length - a.length)[0]
}
