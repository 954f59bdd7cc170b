import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './context.ts'

/** Code, style, fonts and data come from this host only, and nothing inline is run. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Pages below `/embed/` are made for frames of any site; no other page is to be framed. */
export const secureHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  // What opens a socket is no page, and cannot be changed.
  if (c.res.status === 101) return
  const ancestors = c.req.path.startsWith('/embed/') ? '*' : "'none'"
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  c.header('content-security-policy', `${CONTENT_SECURITY_POLICY}; frame-ancestors ${ancestors}`)
})
