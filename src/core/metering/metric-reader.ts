import { isNumeric } from './aggregate.ts'
import type { UsageEvent } from './event.ts'
import { millionths } from './exact-sum.ts'
import { conditionsOf, type Condition } from './filter.ts'
import { groupText } from './group.ts'
import type { StreamingMetric } from './metric.ts'
import { propertyOf } from './property.ts'

/**
 * A metric made ready for many events: it looks at each property once, however many conditions and
 * group keys name it, and at none beyond the first that fails.
 */
export class MetricReader {
  private readonly aggregationType: StreamingMetric['aggregationType']
  private readonly typeConditions: Condition[]
  private lastType: string | null = null
  private isLastAccepted = false
  private readonly properties: PropertyReader[]
  /** The texts of the event that was read last, in the order of `properties`. */
  private readonly texts: (string | undefined)[] = []
  /** Place of the aggregated property; −1 for COUNT. */
  private readonly aggregated: number
  private readonly groupKeys: GroupTexts[]
  /** `millionths` of the contribution that was read last; undefined for COUNT and UNIQUE. */
  value: number | undefined

  constructor(metric: StreamingMetric) {
    const { aggregationType, aggregationKey = '', groupKeys } = metric
    const conditions = conditionsOf(metric)
    const conditionsOn = (name: string) =>
      conditions.filter(({ on }) => 'property' in on && on.property === name)
    const names = new Set(conditions.flatMap(({ on }) => ('property' in on ? [on.property] : [])))
    if (aggregationType !== 'COUNT') names.add(aggregationKey)
    const places = [...names]
    this.aggregationType = aggregationType
    this.typeConditions = conditions.filter(({ on }) => 'eventType' in on)
    this.properties = places.map((name) => ({ name, conditions: conditionsOn(name) }))
    this.aggregated = aggregationType === 'COUNT' ? -1 : places.indexOf(aggregationKey)
    this.groupKeys = groupKeys.map((key) => new GroupTexts(key.map((name) => places.indexOf(name))))
  }

  /**
   * What an event contributes, as `contributionOf` says; null also where it does not match
   * (BF-1 … BF-10, GK-6).
   */
  read(event: UsageEvent): string | null {
    const { properties, texts } = this
    if (!this.acceptsType(event.eventType)) return null
    for (let i = 0; i < properties.length; i++) {
      const { name, conditions } = properties[i]!
      const text = propertyOf(event, name)
      if (!acceptAll(conditions, text)) return null
      texts[i] = text
    }
    if (this.aggregated < 0) return ''
    const text = texts[this.aggregated]
    if (text === undefined || this.aggregationType === 'UNIQUE') return text ?? null
    this.value = millionths(text)
    return isNumeric(text, this.value) ? text : null
  }

  private acceptsType(eventType: string): boolean {
    // Events of a type come together.
    if (eventType !== this.lastType) {
      this.lastType = eventType
      this.isLastAccepted = acceptAll(this.typeConditions, eventType)
    }
    return this.isLastAccepted
  }

  /** The group, under one of the metric's keys, of the event that was read last and contributes. */
  groupText(keyIndex: number): string {
    return this.groupKeys[keyIndex]!.textOf(this.texts)
  }
}

interface PropertyReader {
  name: string
  conditions: Condition[]
}

function acceptAll(conditions: readonly Condition[], text: string | undefined): boolean {
  for (let i = 0; i < conditions.length; i++) if (!conditions[i]!.accepts(text)) return false
  return true
}

// Keys of many values begin anew now and then, so that memory stays flat.
const NODES_MAX = 2_000

/** Remembers the texts of a key's groups: finding one takes a fraction of writing it. */
class GroupTexts {
  private root = new GroupNode()
  private nodes = 0
  private readonly places: number[]

  /** @param places of the key's properties among the texts of an event */
  constructor(places: number[]) {
    this.places = places
  }

  textOf(texts: readonly (string | undefined)[]): string {
    let node = this.root
    for (let i = 0; i < this.places.length; i++) {
      const value = texts[this.places[i]!]!
      node = node.find(value) ?? this.addNode(node, value)
    }
    return (node.text ??= groupText(this.places.map((place) => texts[place]!)))
  }

  private addNode(parent: GroupNode, value: string): GroupNode {
    if (++this.nodes > NODES_MAX) {
      this.root = new GroupNode()
      this.nodes = 0
    }
    return parent.add(value)
  }
}

/** So few values are compared one by one, faster than their hashes are computed. */
const LISTED_MAX = 8

class GroupNode {
  text: string | null = null
  private readonly values: string[] = []
  private readonly nodes: GroupNode[] = []
  /** Those beyond the listed ones. */
  private readonly others = new Map<string, GroupNode>()

  find(value: string): GroupNode | undefined {
    const { values } = this
    for (let i = 0; i < values.length; i++) if (values[i] === value) return this.nodes[i]
    return this.others.size === 0 ? undefined : this.others.get(value)
  }

  add(value: string): GroupNode {
    const node = new GroupNode()
    if (this.values.length >= LISTED_MAX) this.others.set(value, node)
    else {
      this.values.push(value)
      this.nodes.push(node)
    }
    return node
  }
}
