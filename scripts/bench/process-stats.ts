import { readdirSync, readFileSync } from 'node:fs'

/** What Linux counts CPU time in, for every process that reads it: USER_HZ. */
const TICK_MS = 10

interface ProcessStat {
  name: string
  parent: number
  cpuMs: number
}

/** User and system time that a process has used, all its threads together. */
export function readCpuMs(pid: number): number {
  return readStat(pid).cpuMs
}

/** Memory that a process has in RAM, in MB. */
export function readRssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1_024
}

/** The child of that name, or undefined. */
export function findChild(parent: number, name: string): number | undefined {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => {
      const stat = tryReadStat(pid)
      return stat?.parent === parent && stat.name === name
    })
}

function tryReadStat(pid: number): ProcessStat | null {
  try {
    return readStat(pid)
  } catch {
    // It ended in the meantime.
    return null
  }
}

function readStat(pid: number): ProcessStat {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name may hold spaces and brackets; numbered fields of `man proc` follow it, from 3 on.
  const end = text.lastIndexOf(')')
  const fields = text.slice(end + 2).split(' ')
  const [parent, user, system] = [4, 14, 15].map((number) => Number(fields[number - 3]))
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    parent: parent ?? 0,
    cpuMs: ((user ?? 0) + (system ?? 0)) * TICK_MS,
  }
}
