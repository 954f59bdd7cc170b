import { useEffect, useState } from 'react'
import { applyChange, type LiveMessage, type LiveState } from '../../core/invoices/live-draft.ts'
import { parseJson } from '../../core/json-number.ts'

const RETRY_MS = 5_000
const RETRY_MAX_MS = 60_000
/** The subprotocol of the API's sockets; the session's cookie says who asks. */
const PROTOCOL = 'tactus'
/** A close with which nothing will come any more. */
const FOR_GOOD_FROM = 4_400

/**
 * Follows a customer's drafts on a socket.
 * @returns null while there is no socket, or none that knows the present state: then one polls
 */
export function useLiveDrafts(customerId: string, isWanted: boolean): LiveState | null {
  const [state, setState] = useState<LiveState | null>(null)
  useEffect(() => {
    if (!isWanted) return undefined
    const end = follow(`/v1/customers/${customerId}/invoices/live`, setState)
    return () => {
      end()
      setState(null)
    }
  }, [customerId, isWanted])
  return state
}

/** Opens a socket, and opens it again whenever it is closed, later each time. */
function follow(path: string, onState: (state: LiveState | null) => void): () => void {
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = RETRY_MS
  let isOver = false
  const open = () => {
    let state: LiveState | null = null
    const address = new URL(path, window.location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    socket = new WebSocket(address, PROTOCOL)
    socket.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string' || !data.startsWith('{')) return
      state = applyChange(state, parseJson(data) as LiveMessage)
      waitMs = RETRY_MS
      onState(state)
    })
    socket.addEventListener('close', ({ code }) => {
      if (isOver) return
      onState(null)
      if (code >= FOR_GOOD_FROM) return
      timer = setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)
    })
  }
  open()
  return () => {
    isOver = true
    clearTimeout(timer)
    socket?.close()
  }
}
