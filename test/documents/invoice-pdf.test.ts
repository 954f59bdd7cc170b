import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Printed } from '../../src/documents/invoice/invoice-content.ts'
import { layInvoice, printInvoice } from '../../src/documents/invoice/invoice-pdf.ts'
import { PAGE } from '../../src/documents/invoice/page-rows.ts'
import type { InvoicePage } from '../../src/documents/invoice/paginate.ts'
import hashes from '../golden/invoice-pdf-hashes.json'
import {
  GOLDEN,
  hashOf,
  invoiceOf,
  longInvoice,
  printedOf,
  usageLine,
} from '../support/printed-invoices.ts'

const PACKAGES = 'node_modules/@fontsource-variable'

/** Fonts as the packages have them, from where the build copies them. */
async function read(path: string): Promise<Uint8Array | null> {
  const [family, file] = path.split('/') as [string, string]
  const found = join(PACKAGES, family, file.endsWith('.woff2') ? 'files' : '', file)
  return existsSync(found) ? new Uint8Array(readFileSync(found)) : null
}

async function pagesOf(printed: Printed): Promise<InvoicePage[]> {
  return (await layInvoice(printed, read))!.pages
}

/** Pages as people read them: what kind of row it is, and its cells from left to right. */
function toText(pages: readonly InvoicePage[]): string {
  const texts = pages.map(({ rows }, i) => {
    const lines = rows.map(({ kind, cells }) => {
      const columns = cells.map((cell) => cell.lines.map(({ text }) => text).join(' / '))
      return `${kind.padEnd(9)}${columns.join(' | ')}`.trimEnd()
    })
    return [`--- page ${i + 1} ---`, ...lines, ''].join('\n')
  })
  return texts.join('').replace(/[\u2068\u2069]/g, '')
}

for (const [name, printed] of Object.entries(GOLDEN)) {
  test(`golden: ${name} is laid out as in its file, and its bytes are the same`, async () => {
    await expect(toText(await pagesOf(printed))).toMatchFileSnapshot(
      `../golden/invoice-${name}.txt`,
    )
    const pdf = await printInvoice(printed, read)
    const hash = await hashOf(pdf!.bytes)
    expect({ [name]: hash }).toEqual({ [name]: hashes[name as keyof typeof hashes] })
  })
}

test('a character that no font has is told of, and nothing is printed without fonts', async () => {
  const pdf = await printInvoice(GOLDEN.names, read)
  expect(pdf!.missing).toEqual([0x1f9fe])
})

test('a draft and a void invoice say so at the head and foot of every page', async () => {
  for (const status of ['DRAFT', 'VOID'] as const) {
    for (const { rows } of await pagesOf(printedOf(longInvoice(80, { status })))) {
      for (const kind of ['head', 'foot']) {
        const said = rows.find((row) => row.kind === kind)!.cells.flatMap(({ lines }) => lines)
        expect(said.map(({ text }) => text).join(' ')).toContain(status)
      }
    }
  }
})

test('every line is printed once and in order, within the page, and no heading ends one', async () => {
  const products = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(products, async (sizes) => {
      const lines = sizes.flatMap((size, product) =>
        Array.from({ length: size }, (_, i) =>
          usageLine({ name: `P${product}`, pricingGroupValues: { k: `v${product}-${i}` } }),
        ),
      )
      const pages = await pagesOf(printedOf(invoiceOf(lines, String(lines.length))))
      const rows = pages.flatMap((page) => page.rows)
      const charges = rows.filter(({ kind }) => kind === 'charge')
      const values = charges.map(({ cells }) => {
        return /v\d+-\d+/.exec(cells[0]!.lines.map(({ text }) => text).join(' '))![0]
      })
      expect(values).toEqual(lines.map((line) => line.pricingGroupValues!['k']))
      for (const page of pages) {
        const body = page.rows.slice(0, -1)
        expect(['product', 'table', 'section']).not.toContain(body.at(-1)!.kind)
        for (const row of body) expect(row.top + row.height).toBeLessThan(PAGE.height - 50)
      }
      expect(rows.filter(({ kind }) => kind === 'total')).toHaveLength(1)
    }),
    { numRuns: 15 },
  )
})
