import { html } from 'hono/html'

/** The page at the root: where to go from here. */
export function homePage() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Tactus</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 40rem;
            margin: 4rem auto;
            padding: 0 1rem;
          }
        </style>
      </head>
      <body>
        <h1>Tactus</h1>
        <p>This is a running Tactus server: an open, usage-based billing engine.</p>
        <ul>
          <li><a href="/docs">API reference</a></li>
          <li><a href="/openapi.json">OpenAPI 3.1 document</a></li>
        </ul>
      </body>
    </html>`
}
