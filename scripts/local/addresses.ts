import { createServer } from 'node:net'

/** What `localhost` may mean: a client tries either first, so the server listens on both. */
const LOOPBACK = ['127.0.0.1', '::1']

export function isLoopback(host: string): boolean {
  return host === 'localhost' || LOOPBACK.includes(host)
}

/** The addresses to listen on for a host, or undefined when one of them is taken. */
export async function findAddresses(host: string, port: number): Promise<string[] | undefined> {
  if (host !== 'localhost') return (await tryListening(host, port)) === 'free' ? [host] : undefined
  const states = await Promise.all(LOOPBACK.map((address) => tryListening(address, port)))
  if (states.includes('taken')) return undefined
  return LOOPBACK.filter((_, i) => states[i] === 'free')
}

/** A machine without IPv6 has no `::1`: then it is `absent`. */
async function tryListening(host: string, port: number): Promise<'free' | 'taken' | 'absent'> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('taken')
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve('absent')
      else reject(error)
    })
    server.listen({ host, port }, () => server.close(() => resolve('free')))
  })
}
