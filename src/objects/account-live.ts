import { listCustomerMeters } from '../actions/list-meters.ts'
import type { Environment } from '../core/environment.ts'
import type { LiveState } from '../core/invoices/live-draft.ts'
import { planMessages, type SentState } from '../core/invoices/live-messages.ts'
import { SECOND_MS } from '../core/time.ts'
import { findLiveTokenIds } from '../db/api-tokens.ts'
import { findEnvironment } from '../db/environments.ts'
import type { Account } from './account-invoices.ts'
import { readLiveState } from './account-live-state.ts'

/** So many sockets a customer may have at once. */
export const LIVE_SOCKETS_MAX = 100
/** A longer message is not sent: clients are told to read the drafts instead. */
export const MESSAGE_UNITS_MAX = 4 * 1024 * 1024

/** Changes that come this soon after a message wait for the next. */
const PUSH_PAUSE_MS = 250
/** While sockets are open, watches are renewed and drafts looked at this often. */
const LOOK_MS = 30 * SECOND_MS
/** Where drafts cannot be read, it is tried again; after that, with the next look. */
const TRIES_MAX = 3
const TRY_PAUSE_MS = SECOND_MS

/** The subprotocol of the sockets. */
export const LIVE_PROTOCOL = 'tactus'

/** Close codes: the customer or environment is gone; the token works no longer. */
const GONE = 4404
const REVOKED = 4401

/** Who opened a socket. */
export interface LiveOpening {
  environmentId: string
  customerId: string
  tokenId: string
}

/** What a socket keeps while the account sleeps. */
interface Attachment extends LiveOpening {
  /** The memory whose messages it has followed from a state on; null: it has got none. */
  followsId: string | null
}

/**
 * The sockets on which a customer's drafts are followed. They survive that the account is put to
 * sleep; what was sent last does not, so that after a sleep the first message is a whole state
 * again. Meters tell when usage has come; the rest is found by looking from time to time.
 */
export class LiveDrafts {
  private readonly ctx: DurableObjectState
  private readonly account: Account
  private readonly id = crypto.randomUUID()
  /** What the sockets know that follow this memory. */
  private sent: SentState | null = null
  private isDirty = false
  private isRunning = false
  private watched = { configVersion: -1, atMs: -Infinity }

  constructor(ctx: DurableObjectState, account: Account) {
    this.ctx = ctx
    this.account = account
  }

  /** Opens a socket, on which the state follows soon. */
  async open(opening: LiveOpening, isNamingProtocol: boolean): Promise<Response> {
    if (this.ctx.getWebSockets().length >= LIVE_SOCKETS_MAX) {
      const message = `At most ${LIVE_SOCKETS_MAX} sockets follow the drafts of one customer.`
      return Response.json({ message }, { status: 429 })
    }
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    this.ctx.acceptWebSocket(server)
    attach(server, { ...opening, followsId: null })
    await this.ctx.storage.setAlarm(Date.now() + LOOK_MS)
    this.changed()
    const headers = isNamingProtocol ? { 'sec-websocket-protocol': LIVE_PROTOCOL } : undefined
    return new Response(null, { status: 101, webSocket: client, headers })
  }

  /** Drafts may have changed; false when nobody follows them. It waits for nothing. */
  changed(): boolean {
    if (this.ctx.getWebSockets().length === 0) return false
    this.isDirty = true
    if (!this.isRunning) this.ctx.waitUntil(this.run())
    return true
  }

  /** The look from time to time. */
  async look(): Promise<void> {
    if (!this.changed()) {
      this.sent = null
      return
    }
    await this.ctx.storage.setAlarm(Date.now() + LOOK_MS)
  }

  /** Answers the close of a client. */
  close(socket: WebSocket): void {
    tryClose(socket, 1000, '')
  }

  private async run(): Promise<void> {
    this.isRunning = true
    let failures = 0
    while (this.isDirty) {
      this.isDirty = false
      try {
        await this.push()
        failures = 0
      } catch {
        failures += 1
        this.isDirty ||= failures < TRIES_MAX
        this.watched.atMs = -Infinity
      }
      if (this.isDirty) await scheduler.wait(failures > 0 ? TRY_PAUSE_MS : PUSH_PAUSE_MS)
    }
    // No change comes between the last look at `isDirty` and this.
    this.isRunning = false
  }

  private async push(): Promise<void> {
    const { db } = this.account
    const opening = await this.closeRevoked()
    if (opening === null) return
    const { environmentId, customerId } = opening
    const environment = await findEnvironment(db, environmentId)
    if (environment === null) return this.closeAll()
    await this.watch(environment, customerId)
    const now = environment.clockMs ?? Date.now()
    const state = await readLiveState(this.account, { environmentId, customerId, now })
    if (state === null) return this.closeAll()
    this.send(state)
  }

  private send(state: Omit<LiveState, 'version'>): void {
    const isFirst = this.sent === null
    const { sent, change, whole } = planMessages(this.sent, state, MESSAGE_UNITS_MAX)
    for (const socket of this.ctx.getWebSockets()) {
      const attachment = attachmentOf(socket)
      if (!isFirst && attachment.followsId === this.id) {
        if (change !== null) trySend(socket, change)
        continue
      }
      trySend(socket, whole())
      attach(socket, { ...attachment, followsId: this.id })
    }
    this.sent = sent
  }

  /** Asks the customer's meters to tell of usage, in good time and when they may be others. */
  private async watch(environment: Environment, customerId: string): Promise<void> {
    const { id: environmentId, configVersion } = environment
    const nowMs = Date.now()
    const isWatched = nowMs < this.watched.atMs + LOOK_MS / 2
    if (isWatched && configVersion === this.watched.configVersion) return
    const names = await listCustomerMeters(this.account.env, environment, customerId)
    const call = { environmentId, configVersion, customerId }
    const { METER } = this.account.env
    await Promise.all(names.map((name) => METER.getByName(name).watch(call)))
    this.watched = { configVersion, atMs: nowMs }
  }

  /** @returns whose drafts are followed; null when no socket is left */
  private async closeRevoked(): Promise<LiveOpening | null> {
    const sockets = this.ctx.getWebSockets()
    const ids = new Set(sockets.map((socket) => attachmentOf(socket).tokenId))
    const live = await findLiveTokenIds(this.account.db, [...ids])
    let left: LiveOpening | null = null
    for (const socket of sockets) {
      const attachment = attachmentOf(socket)
      if (live.has(attachment.tokenId)) left ??= attachment
      else tryClose(socket, REVOKED, 'The token works no longer.')
    }
    return left
  }

  private closeAll(): void {
    for (const socket of this.ctx.getWebSockets()) tryClose(socket, GONE, 'There is no customer.')
  }
}

function attach(socket: WebSocket, attachment: Attachment): void {
  socket.serializeAttachment(attachment)
}

function attachmentOf(socket: WebSocket): Attachment {
  return socket.deserializeAttachment() as Attachment
}

/** A socket that is closing takes nothing any more. */
function trySend(socket: WebSocket, text: string): void {
  try {
    socket.send(text)
  } catch {
    tryClose(socket, 1011, 'A message could not be sent.')
  }
}

function tryClose(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason)
  } catch {
    // It is closed already.
  }
}
