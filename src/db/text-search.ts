import { sql, type AnyColumn, type SQL } from 'drizzle-orm'

/** Whether a text has another one in it; ASCII letters fit in either case. */
export function hasText(text: AnyColumn | SQL, part: string): SQL {
  return sql`instr(lower(${text}), lower(${part})) > 0`
}

/** Whether a member of any object of a JSON array has a text in it. */
export function hasTextInList(list: AnyColumn | SQL, member: string, part: string): SQL {
  const text = sql`each.value ->> ${member}`
  return sql`EXISTS (SELECT 1 FROM json_each(${list}) AS each WHERE ${hasText(text, part)})`
}
