import { html } from 'hono/html'
import type { openApiDocument } from '../app.ts'

type Document = ReturnType<typeof openApiDocument>

interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
}

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  description?: string
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
}

interface Entry {
  method: string
  path: string
  operation: Operation
}

/** The API reference: one page, drawn from the OpenAPI document, that needs nothing from elsewhere. */
export function referencePage(document: Document) {
  const entries = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]): Entry => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  const sections = [...Map.groupBy(entries, (entry) => entry.operation.tags[0] ?? 'Other')]
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Tactus API reference</title>
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <nav>
          <b>Tactus API</b>
          ${sections.map(
            ([tag, list]) =>
              html`<h4>${tag}</h4>
                ${list.map(navigationLink)}`,
          )}
        </nav>
        <main>
          <h1>API reference</h1>
          <p>
            Send <code>Authorization: Bearer &lt;token&gt;</code>; the token decides the
            environment. Machine-readable: <a href="/openapi.json">openapi.json</a>.
          </p>
          ${sections.map(
            ([tag, list]) =>
              html`<h2>${tag}</h2>
                ${list.map((entry) => operationSection(entry, schemas))}`,
          )}
        </main>
      </body>
    </html>`
}

/** A file of its own: the content security policy allows no inline style. */
export const REFERENCE_STYLE = `
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: flex; color: #1d2430; }
  nav { width: 19rem; height: 100vh; overflow: auto; position: sticky; top: 0; padding: 1rem;
    background: #f5f6f8; box-sizing: border-box; flex: none; }
  nav a { display: block; color: inherit; text-decoration: none; font-size: 13px; padding: 1px 0; }
  nav h4 { margin: 1rem 0 .25rem; }
  main { padding: 1rem 2rem 6rem; max-width: 56rem; min-width: 0; }
  section { border-top: 1px solid #dde1e7; padding: .5rem 0 1rem; }
  pre { background: #f5f6f8; padding: .75rem; overflow: auto; font-size: 13px; }
  .method { font-weight: 600; font-size: 12px; color: #2457c5; margin-right: .5rem; }
`

function navigationLink({ method, operation }: Entry) {
  return html`<a href="#${operation.operationId}"
    ><span class="method">${method}</span>${operation.summary}</a
  >`
}

function operationSection({ method, path, operation }: Entry, schemas: Record<string, Schema>) {
  const body = operation.requestBody && Object.entries(operation.requestBody.content)[0]
  const success = operation.responses['200']
  const answer = success?.content && Object.entries(success.content)[0]
  return html`<section id="${operation.operationId}">
    <h3>${operation.summary}</h3>
    <p><span class="method">${method}</span><code>${path}</code></p>
    ${operation.description === undefined ? '' : html`<p>${operation.description}</p>`}
    ${operation.parameters === undefined ? '' : parameterList(operation.parameters)}
    ${
      body
        ? html`<h4>Body (${body[0]})</h4>
            <pre>${describe(body[1].schema, schemas)}</pre>`
        : ''
    }
    <h4>Answer</h4>
    <p>${success?.description ?? ''}</p>
    ${answer ? html`<pre>${describe(answer[1].schema, schemas)}</pre>` : ''}
  </section>`
}

function parameterList(parameters: NonNullable<Operation['parameters']>) {
  return html`<ul>
    ${parameters.map(
      (parameter) =>
        html`<li>
          <code>${parameter.name}</code> (${parameter.in}${parameter.required ? ', required' : ''}):
          ${describe(parameter.schema, {})}
        </li>`,
    )}
  </ul>`
}

// Schemas that contain themselves end here.
const DEPTH_MAX = 8

/** A schema in the manner of a type: `{ name: string, tags?: string[] }`, a member a line. */
function describe(schema: Schema, schemas: Record<string, Schema>, depth = 0): string {
  if (depth > DEPTH_MAX) return '…'
  const next = (inner: Schema) => describe(inner, schemas, depth + 1)
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? '']
    return target === undefined ? 'object' : describe(target, schemas, depth)
  }
  if (schema.allOf !== undefined) return schema.allOf.map(next).join(' & ')
  const union = schema.anyOf ?? schema.oneOf
  if (union !== undefined) return union.map(next).join(' | ')
  if (schema.enum !== undefined)
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.items !== undefined) return `${next(schema.items)}[]`
  if (schema.properties !== undefined) return describeMembers(schema, schemas, depth)
  if (typeof schema.additionalProperties === 'object')
    return `{ [key]: ${next(schema.additionalProperties)} }`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any')
  return schema.format === undefined ? type : `${type} (${schema.format})`
}

function describeMembers(
  { properties = {}, required = [] }: Schema,
  schemas: Record<string, Schema>,
  depth: number,
): string {
  const indent = '  '.repeat(depth + 1)
  const lines = Object.entries(properties).map(([name, member]) => {
    const mark = required.includes(name) ? '' : '?'
    const note = member.description === undefined ? '' : `  // ${member.description}`
    return `${indent}${name}${mark}: ${describe(member, schemas, depth + 1)}${note}`
  })
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
}
