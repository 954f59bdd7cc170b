import { PGlite } from '@electric-sql/pglite'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { PROPERTIES } from './random-events.ts'

/**
 * What we say of numbers, times and texts where Postgres says something else, in its own terms: it
 * computes with its exact `numeric`, and never with our code.
 */
const FUNCTIONS = `
CREATE FUNCTION round_60(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN scale(x) > 60 THEN round(x, 60) ELSE x END $$;

CREATE FUNCTION parse_number(t text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  IF length(t) > 160 OR t !~
    '^[ \\t\\r\\n]*[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?[ \\t\\r\\n]*$'
  THEN RETURN NULL; END IF;
  RETURN round_60(CASE WHEN abs(t::numeric) >= 1e100 THEN NULL ELSE t::numeric END);
END $$;

CREATE FUNCTION rescale(x numeric, p int, s int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN abs(round(x, s)) < ('1e' || (p - s))::numeric THEN round(x, s) END $$;

CREATE FUNCTION times(x numeric, y numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT round_60(x * y) $$;

CREATE FUNCTION modulo(x numeric, y numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN y <> 0 THEN mod(x, y) END $$;

-- How many digits are before the point, or for less than one, less than none after it are zero.
CREATE FUNCTION magnitude(x numeric) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE t text := trim_scale(abs(x))::text;
BEGIN
  IF t LIKE '0.%' THEN RETURN length(ltrim(substr(t, 3), '0')) - length(t) + 2; END IF;
  RETURN length(split_part(t, '.', 1));
END $$;

CREATE FUNCTION quotient_at(x numeric, y numeric, s int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT sign(x) * sign(y) * ('1e-' || s)::numeric
    * div(2 * abs(x) * ('1e' || s)::numeric + abs(y), 2 * abs(y)) $$;

-- Exact where it ends within 60 decimals and 100 digits, else with 34 digits.
CREATE FUNCTION divide(x numeric, y numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  longest numeric;
  before int;
BEGIN
  IF y = 0 THEN RETURN NULL; END IF;
  IF x = 0 THEN RETURN 0; END IF;
  longest := trim_scale(quotient_at(x, y, 60));
  IF longest * y = x AND length(ltrim(replace(abs(longest)::text, '.', ''), '0')) <= 100 THEN
    RETURN longest;
  END IF;
  before := magnitude(x) - magnitude(y) + 1;
  IF before <= 0 THEN before := before - 1; END IF;
  RETURN quotient_at(x, y, least(60, greatest(0, 34 - before)));
END $$;

CREATE FUNCTION percentile_at(x numeric[], p numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT x[greatest(1, ceil(p * cardinality(x)))::int] $$;

CREATE FUNCTION percentile_between(x numeric[], p numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  place numeric := p * (cardinality(x) - 1);
  low int := floor(place)::int + 1;
BEGIN
  IF place = floor(place) THEN RETURN x[low]; END IF;
  RETURN x[low] + times(x[low + 1] - x[low], place - floor(place));
END $$;

CREATE FUNCTION number_text(x numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT trim_scale(x)::text $$;

CREATE FUNCTION time_text(t timestamp) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS.MS')
    || rtrim(right(to_char(t, 'US'), 3), '0') || 'Z' $$;

CREATE FUNCTION parse_time(t text) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  IF t !~ ('^\\s*\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,40})?)?'
    || ' ?([Zz]|[+-]\\d{2}(:?\\d{2})?)?)?\\s*$')
  THEN RETURN NULL; END IF;
  -- What is finer than a microsecond is cut off.
  RETURN upper(regexp_replace(t, '(\\.\\d{6})\\d+', '\\1'))::timestamptz AT TIME ZONE 'UTC';
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN RETURN NULL;
END $$;

CREATE FUNCTION parse_boolean(t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN lower(btrim(t)) IN ('true', 't', '1') THEN TRUE
    WHEN lower(btrim(t)) IN ('false', 'f', '0') THEN FALSE END $$;

CREATE FUNCTION date_difference(unit text, a timestamp, b timestamp) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  months int := (extract(year FROM b) - extract(year FROM a)) * 12
    + extract(month FROM b) - extract(month FROM a);
  length numeric;
BEGIN
  CASE unit
    WHEN 'year' THEN RETURN extract(year FROM b) - extract(year FROM a);
    WHEN 'month' THEN RETURN months;
    WHEN 'quarter' THEN RETURN (extract(year FROM b) - extract(year FROM a)) * 4
      + extract(quarter FROM b) - extract(quarter FROM a);
    WHEN 'week' THEN RETURN (date_trunc('week', b)::date - date_trunc('week', a)::date) / 7;
    WHEN 'day' THEN RETURN b::date - a::date;
    WHEN 'hour' THEN length := 3600;
    WHEN 'minute' THEN length := 60;
    WHEN 'second' THEN length := 1;
    WHEN 'millisecond' THEN length := 0.001;
  END CASE;
  RETURN floor(extract(epoch FROM b) / length) - floor(extract(epoch FROM a) / length);
END $$;

CREATE FUNCTION lower_text(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RETURN lower(t COLLATE pg_unicode_fast); END $$;

CREATE FUNCTION upper_text(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RETURN upper(t COLLATE pg_unicode_fast); END $$;

-- From a place (from 1; negative: from the end), so many characters or all.
CREATE FUNCTION part_of(t text, place int, count int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT substr(t, CASE WHEN place > 0 THEN place ELSE greatest(1, length(t) + place + 1) END,
    coalesce(count, length(t))) $$;
`

/** Postgres in this process, with a table of the events. */
export interface PostgresOracle {
  /** Makes these the only events. */
  load(events: UsageEvent[]): Promise<void>
  /** The rows, each column as text. */
  run(sql: string): Promise<(string | null)[][]>
  close(): Promise<void>
}

export async function startPostgres(): Promise<PostgresOracle> {
  const database = await PGlite.create()
  const properties = PROPERTIES.flatMap(({ name }) => [`"p:${name}" text`, `"n:${name}" numeric`])
  const columns = [
    '"transaction_id" text',
    '"customer_id" text',
    '"event_type" text',
    '"timestamp" timestamp',
    '"sub_ms" text',
    ...properties,
  ]
  await database.exec(
    `SET TIME ZONE 'UTC'; ${FUNCTIONS} CREATE TABLE events(${columns.join(', ')})`,
  )
  return {
    async load(events) {
      await database.exec('DELETE FROM events')
      const columnCount = PROPERTIES.length + 5
      const rows = events.map((_, row) => rowOf(row * columnCount))
      for (let from = 0; from < events.length; from += 100) {
        const values = events.slice(from, from + 100).flatMap(valuesOf)
        const placeholders = rows.slice(0, values.length / columnCount).join(', ')
        await database.query(`INSERT INTO events VALUES ${placeholders}`, values)
      }
    },
    async run(sql) {
      const { rows } = await database.query<(string | null)[]>(sql, [], { rowMode: 'array' })
      return rows
    },
    close: () => database.close(),
  }
}

/** The placeholders of a row, each property twice: as text and as a number. */
function rowOf(before: number): string {
  const fixed = [1, 2, 3, 4, 5].map(
    (place) => `$${before + place}${place === 4 ? '::timestamp' : ''}`,
  )
  const properties = PROPERTIES.flatMap((_, place) => {
    const value = `$${before + 6 + place}::text`
    return [value, `parse_number(${value})`]
  })
  return `(${[...fixed, ...properties].join(', ')})`
}

function valuesOf(event: UsageEvent): (string | null)[] {
  const micros = `${event.subMs}000`.slice(0, 3)
  const time = new Date(event.timestampMs).toISOString().replace('Z', `${micros}Z`)
  return [
    event.transactionId,
    event.ingestId,
    event.eventType,
    time,
    event.subMs,
    ...PROPERTIES.map(({ name }) => {
      const { properties = {} } = event
      const value = Object.hasOwn(properties, name) ? properties[name] : null
      if (typeof value === 'string' || value === null) return value
      return JSON.stringify(value)
    }),
  ]
}
