import { assert } from '../result.ts'
import type { UsageEvent } from './event.ts'
import { propertyOf } from './property.ts'

/**
 * A value for each property of a group key, in its order; empty when ungrouped. Null where a SQL
 * metric's column is NULL.
 */
export type Group = readonly (string | null)[]

/**
 * The group of an event under one group key: a value for each property, in the key's order.
 * @param event one that matches the metric, so that none of the properties is absent (GK-6)
 */
export function groupOf(groupKey: readonly string[], event: UsageEvent): string[] {
  return groupKey.map((name) => {
    const value = propertyOf(event, name)
    assert(value !== undefined, `a matched event has the group property ${name}`)
    return value
  })
}

/** A group as one text, by which equal groups are found. Lone surrogates survive it, escaped. */
export function groupText(group: readonly string[]): string {
  return JSON.stringify(group)
}

export function parseGroup(text: string): string[] {
  return JSON.parse(text) as string[]
}
