import { z } from '@hono/zod-openapi'
import { changePackage, createPackage } from '../../actions/packages.ts'
import type { Contract } from '../../core/contracts/contract.ts'
import type { Package } from '../../core/packages/package.ts'
import { listContractsOfPackage } from '../../db/contracts.ts'
import { archivePackage, findPackage, listPackages } from '../../db/packages.ts'
import { ARCHIVE_FILTERS } from '../../db/products.ts'
import { fromApiAlias, NewAlias } from '../alias-body.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { readProductNames } from '../product-names.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  enumOf,
  Id,
  IdData,
  json,
  jsonBody,
  NameText,
  pageOf,
  SearchText,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import {
  creditTypesShown,
  productsOfPackage,
  fromApiPackage,
  NewPackageBody,
  PackageBody,
  toApiPackage,
} from './package-bodies.ts'

const tags = ['Packages']

const OnePackageBody = z.object({ package_id: Id })

const createPackageRoute = apiRoute({
  method: 'post',
  path: '/v1/packages/create',
  access: 'write',
  operationId: 'createPackage',
  tags,
  summary: 'Create a package of terms, from which contracts can be made',
  request: { body: jsonBody(NewPackageBody) },
  responses: { 200: json(IdData, 'The package') },
})

const getPackageRoute = apiRoute({
  method: 'post',
  path: '/v1/packages/get',
  access: 'read',
  operationId: 'getPackage',
  tags,
  summary: 'Get a package',
  request: { body: jsonBody(OnePackageBody) },
  responses: { 200: json(dataOf(PackageBody), 'The package') },
})

const listPackagesRoute = apiRoute({
  method: 'post',
  path: '/v1/packages/list',
  access: 'read',
  operationId: 'listPackages',
  tags,
  summary: 'List packages',
  request: {
    query: PageQuery,
    body: jsonBody(
      z.object({
        archive_filter: enumOf(ARCHIVE_FILTERS).optional().openapi({
          description: 'NOT_ARCHIVED if omitted.',
        }),
        search: SearchText.optional().openapi({
          description: 'Part of the name or of an alias, or the id.',
        }),
      }),
    ),
  },
  responses: { 200: json(pageOf(PackageBody), 'A page of packages, oldest first') },
})

const updatePackageRoute = apiRoute({
  method: 'post',
  path: '/v1/packages/update',
  isOwn: true,
  access: 'write',
  operationId: 'updatePackage',
  tags,
  summary: 'Change the name or the aliases of a package; its terms stay as they are',
  request: {
    body: jsonBody(
      OnePackageBody.extend({
        name: NameText.optional(),
        aliases: z.array(NewAlias).optional().openapi({
          description: 'In place of those that it has; other packages lose them as at creation.',
        }),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The package') },
})

const archivePackageRoute = apiRoute({
  method: 'post',
  path: '/v1/packages/archive',
  access: 'write',
  operationId: 'archivePackage',
  tags,
  summary: 'Archive a package: its contracts stay, and it gets no new ones',
  request: { body: jsonBody(OnePackageBody) },
  responses: { 200: json(IdData, 'The package') },
})

const ContractsBody = OnePackageBody.extend({
  covering_date: Timestamp.optional().openapi({ description: 'Those in force then.' }),
  starting_at: Timestamp.optional().openapi({ description: 'Those that start then or later.' }),
  include_archived: z.boolean().optional(),
}).refine((body) => body.covering_date === undefined || body.starting_at === undefined, {
  error: 'expected only without covering_date',
  path: ['starting_at'],
})

export const ContractOfPackage = z
  .object({
    contract_id: Id,
    customer_id: Id,
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    archived_at: TimestampText.optional(),
  })
  .openapi('ContractOfPackage')

const listContractsOnPackageRoute = apiRoute({
  method: 'post',
  path: '/v1/packages/listContractsOnPackage',
  access: 'read',
  operationId: 'listContractsOnPackage',
  tags,
  summary: 'List the contracts that were made from a package',
  request: { query: PageQuery, body: jsonBody(ContractsBody) },
  responses: { 200: json(pageOf(ContractOfPackage), 'A page of contracts, oldest first') },
})

export function packageRoutes(app: App): void {
  app.openapi(createPackageRoute, async (c) => {
    const { db, environment, principal, now, newId } = c.var
    const created = await createPackage(db, environment.id, {
      ...fromApiPackage(c.req.valid('json'), newId),
      createdAt: now,
      createdBy: principal.tokenName,
    })
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: created.value }, 200)
  })

  app.openapi(getPackageRoute, async (c) => {
    const { db, environment } = c.var
    const { package_id } = c.req.valid('json')
    const pack = await findPackage(db, environment.id, package_id)
    if (pack === null) return fail(c, noPackage(package_id))
    const [answer] = await toApiPackages(c, [pack])
    return c.json({ data: answer! }, 200)
  })

  app.openapi(listPackagesRoute, async (c) => {
    const { db, environment } = c.var
    const { archive_filter: archive = 'NOT_ARCHIVED', search } = c.req.valid('json')
    const question = `packages ${archive} ${search ?? ''}`
    const page = await readRowPage(question, c.req.valid('query'), (from, limit) =>
      listPackages(db, environment.id, { archive, search }, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    return c.json({ data: await toApiPackages(c, rows), next_page: nextPage }, 200)
  })

  app.openapi(updatePackageRoute, async (c) => {
    const { db, environment } = c.var
    const { package_id, name, aliases } = c.req.valid('json')
    const changes = { name, aliases: aliases?.map(fromApiAlias) }
    const changed = await changePackage(db, environment.id, package_id, changes)
    if (!changed.ok) return fail(c, changed.error)
    return c.json({ data: changed.value }, 200)
  })

  app.openapi(archivePackageRoute, async (c) => {
    const { db, environment, now } = c.var
    const { package_id } = c.req.valid('json')
    if (!(await archivePackage(db, environment.id, package_id, now))) {
      return fail(c, noPackage(package_id))
    }
    return c.json({ data: { id: package_id } }, 200)
  })

  app.openapi(listContractsOnPackageRoute, async (c) => {
    const { db, environment } = c.var
    const body = c.req.valid('json')
    const { package_id } = body
    if ((await findPackage(db, environment.id, package_id)) === null) {
      return fail(c, noPackage(package_id))
    }
    const filter = {
      coveringDate: body.covering_date,
      startingAt: body.starting_at,
      includeArchived: body.include_archived,
    }
    const question = `contracts of ${package_id} ${JSON.stringify(filter)}`
    const page = await readRowPage(question, c.req.valid('query'), (from, limit) =>
      listContractsOfPackage(db, environment.id, package_id, filter, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    return c.json({ data: rows.map(toApiContractOfPackage), next_page: nextPage }, 200)
  })
}

function noPackage(id: string) {
  return { code: 'not_found' as const, message: `package_id: no package ${id}` }
}

async function toApiPackages(c: AppContext, packages: Package[]) {
  const { db, environment } = c.var
  const creditTypeIds = packages.flatMap(creditTypesShown)
  const creditTypeNames = await readCreditTypeNames(db, environment.id, creditTypeIds)
  const productNames = await readProductNames(c, packages.flatMap(productsOfPackage))
  return packages.map((pack) => toApiPackage(pack, { creditTypeNames, productNames }))
}

function toApiContractOfPackage({
  id,
  customerId,
  startingAt,
  endingBefore,
  archivedAt,
}: Contract) {
  return {
    contract_id: id,
    customer_id: customerId,
    starting_at: toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    archived_at: archivedAt === null ? undefined : toApiTimestamp(archivedAt),
  }
}
