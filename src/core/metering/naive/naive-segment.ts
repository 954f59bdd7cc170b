import { Decimal } from '../../decimal.ts'
import { readElements, type NaiveEvent, type NaiveValue } from './naive-event.ts'
import { readTime, type NaiveTime } from './naive-time.ts'

/** An event of a sealed block. */
export interface NaiveSealedEvent {
  /** The chunk that it was written with, and its place there. */
  seq: number
  index: number
  /** Under which ingest id it is counted. */
  idIndex: number
  acceptedAtMs: number
  event: NaiveEvent
}

type Inflate = (bytes: Uint8Array) => Uint8Array

/** Reads a segment of a sealed block again, column by column; throws where it is damaged. */
export function readNaiveSegment(bytes: Uint8Array, inflate: Inflate): NaiveSealedEvent[] {
  const { count, columns } = openColumns(bytes, inflate)
  const column = (name: string) => {
    const content = columns.get(name)
    if (content === undefined) throw new Error(`there is no column ${name}`)
    return new Content(content)
  }
  const ids = readIngestIds(column('ids'))
  const places = column('places')
  const [seqs, indexes] = [places.differences(count), places.differences(count)]
  const acceptedAt = column('accepted').differences(count)
  const transactionIds = readNames(column('transaction_ids'), count)
  const eventTypes = readRepeated(column('event_types'), count)
  const { hasProperties, rests } = readRests(column('rest'), count)
  const times = readTimes(column('timestamps'), count, rests)
  const properties = [...columns.keys()]
    .filter((name) => name.startsWith('properties.'))
    .map((name) => ({
      name: name.slice('properties.'.length),
      values: readProperty(column(name), count),
    }))
  if (ids.length !== count) throw new Error('the ingest ids are not those of all events')
  return ids.map(({ idIndex, ingestId }, i) => {
    const own = properties.flatMap(({ name, values }): [string, NaiveValue][] => {
      const value = values[i]
      return value === undefined ? [] : [[name, value]]
    })
    const all = [...own, ...(rests.get(i)?.properties ?? [])]
    if (all.length > 0 && hasProperties[i] !== 1) throw new Error(`event ${i} has no properties`)
    const event: NaiveEvent = {
      transactionId: transactionIds[i]!,
      ingestId,
      eventType: eventTypes[i]!,
      time: times[i]!,
      properties: Object.fromEntries(all),
    }
    return { seq: seqs[i]!, index: indexes[i]!, idIndex, acceptedAtMs: acceptedAt[i]!, event }
  })
}

/** A column's bytes, read from the beginning. */
class Content {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Seven bits a byte, the lowest first; the highest bit says that another byte follows. */
  number(): number {
    const groups: number[] = []
    let byte: number
    do {
      byte = this.take(1)[0]!
      groups.unshift(byte % 128)
    } while (byte >= 128)
    return groups.reduce((value, group) => value * 128 + group, 0)
  }

  numbers(count: number): number[] {
    return Array.from({ length: count }, () => this.number())
  }

  /** Numbers by their differences: even ones stand for 0, 1, 2 …, odd ones for −1, −2 … */
  differences(count: number): number[] {
    let last = 0
    return this.numbers(count).map((code) => {
      last += code % 2 === 0 ? code / 2 : -(code + 1) / 2
      return last
    })
  }

  /** Numbers by their runs: value and length. */
  runs(count: number): number[] {
    const values: number[] = []
    while (values.length < count) {
      const [value, length] = [this.number(), this.number()]
      if (length < 1) throw new Error('a run is empty')
      for (let i = 0; i < length; i++) values.push(value)
    }
    if (values.length !== count) throw new Error('a run goes beyond the column')
    return values
  }

  texts(count: number): string[] {
    const lengths = this.numbers(count)
    const utf8 = this.take(this.number())
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(utf8)
    let at = 0
    const texts = lengths.map((length) => text.substring(at, (at += length)))
    if (at !== text.length) throw new Error('texts are not as long as they say')
    return texts
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new Error('a column ends too early')
    this.at += count
    return this.bytes.slice(this.at - count, this.at)
  }
}

function openColumns(bytes: Uint8Array, inflate: Inflate) {
  const [a, b, c, d] = bytes
  const headerLength = a! + b! * 2 ** 8 + c! * 2 ** 16 + d! * 2 ** 24
  const header = new TextDecoder().decode(bytes.slice(4, 4 + headerLength))
  const [version, count, list] = JSON.parse(header) as [number, number, [string, number, 0 | 1][]]
  if (version !== 1) throw new Error(`segments of version ${version} are unknown`)
  const columns = new Map<string, Uint8Array>()
  let at = 4 + headerLength
  for (const [name, length, isPacked] of list) {
    const content = bytes.slice(at, at + length)
    columns.set(name, isPacked === 1 ? inflate(content) : content)
    at += length
  }
  if (at !== bytes.length) throw new Error('the columns are not as long as the segment')
  return { count, columns }
}

function readIngestIds(content: Content): { idIndex: number; ingestId: string }[] {
  const ids = content.number()
  const indexes = content.differences(ids)
  const counts = content.numbers(ids)
  const names = readNames(content, ids)
  return indexes.flatMap((idIndex, i) =>
    Array.from({ length: counts[i]! }, () => ({ idIndex, ingestId: names[i]! })),
  )
}

/** Ids: those that are UUIDs as bytes, then the others as texts. */
function readNames(content: Content, count: number): string[] {
  const isUuid = content.runs(count)
  const uuids = isUuid
    .filter((flag) => flag === 1)
    .map(() => readUuid(content))
    .values()
  const texts = content.texts(isUuid.filter((flag) => flag !== 1).length).values()
  return isUuid.map((flag) => (flag === 1 ? uuids : texts).next().value!)
}

function readUuid(content: Content): string {
  const hex = [...content.take(16)].map((byte) => (256 + byte).toString(16).slice(1)).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function readRepeated(content: Content, count: number): string[] {
  if (content.number() === 0) return content.texts(count)
  const dictionary = content.texts(content.number())
  return content.numbers(count).map((place) => {
    const text = dictionary[place]
    if (text === undefined) throw new Error('a text is in no dictionary')
    return text
  })
}

interface NaiveRest {
  timestamp: NaiveValue
  properties: [name: string, value: NaiveValue][]
}

function readRests(content: Content, count: number) {
  const hasProperties = content.runs(count)
  const places = content.differences(content.number())
  const rests = content.texts(places.length).map((text): NaiveRest => {
    const [timestamp, , properties] = readJson(text) as [
      NaiveValue,
      unknown,
      [string, NaiveValue][],
    ]
    return { timestamp, properties }
  })
  return { hasProperties, rests: new Map(places.map((place, i) => [place, rests[i]!])) }
}

function readTimes(
  content: Content,
  count: number,
  rests: ReadonlyMap<number, NaiveRest>,
): NaiveTime[] {
  const ms = content.differences(count)
  const forms = content.texts(content.number())
  const formOf = content.runs(count)
  const beyond = content.texts(count)
  return ms.map((instant, i) => {
    if (forms[formOf[i]!] !== '') return { ms: instant, rest: new Decimal(`0.${beyond[i]}0`) }
    const text = rests.get(i)?.timestamp
    const time = typeof text === 'string' ? readTime(text) : null
    if (time === null || time.ms !== instant) throw new Error(`event ${i} is of another time`)
    return time
  })
}

/** Undefined where an event lacks the property. */
function readProperty(content: Content, count: number): (NaiveValue | undefined)[] {
  const kinds = content.runs(count)
  const texts = readRepeated(content, kinds.filter((kind) => kind !== 0).length).values()
  return kinds.map((kind) => {
    if (kind === 0) return undefined
    const text = texts.next().value!
    return kind === 1 ? text : readJson(text)
  })
}

function readJson(text: string): NaiveValue {
  const elements = readElements(`[${text}]`)
  if (elements?.length !== 1) throw new Error('a value is no JSON')
  return elements[0]!
}
