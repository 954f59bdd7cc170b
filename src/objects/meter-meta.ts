type MetaKey =
  | 'environment_id'
  | 'config_version'
  | 'checkpoint'
  | 'dedupe_lifetime_ms'
  | 'dedupe_cold_seq'
  | 'dedupe_forgotten_before_ms'
  | 'seal_mark'
  | 'meter_name'
  | 'tellings'

export function readMeta(sql: SqlStorage, key: MetaKey): string | null {
  const row = sql.exec<{ value: string }>('SELECT value FROM meta WHERE key = ?', key).toArray()[0]
  return row?.value ?? null
}

export function readMetaNumber(sql: SqlStorage, key: MetaKey): number {
  return Number(readMeta(sql, key) ?? 0)
}

export function writeMeta(sql: SqlStorage, key: MetaKey, value: string | number): void {
  sql.exec('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, String(value))
}
