import { z } from '@hono/zod-openapi'
import { addProduct, changeProduct } from '../../actions/products.ts'
import {
  COMPOSITE_SCOPES,
  CONVERSION_OPERATIONS,
  PRODUCT_TYPES,
  productAt,
  ROUNDING_METHODS,
  SQL_GRANULARITIES,
  type Product,
  type ProductChanges,
} from '../../core/catalog/product.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { ARCHIVE_FILTERS, archiveProduct, findProduct, listProducts } from '../../db/products.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomFields,
  dataOf,
  DecimalNumber,
  enumOf,
  Id,
  IdBody,
  IdData,
  json,
  jsonBody,
  NameText,
  pageOf,
  SearchText,
  Timestamp,
  TimestampText,
  toApiTimestamp,
  WellFormedText,
} from '../schemas.ts'
import { GroupKey } from './billable-metrics.ts'

const tags = ['Products']

/** As many products as one question names. */
const IDS_MAX = 1_000

const Conversion = z.object({
  name: WellFormedText.optional(),
  conversion_factor: DecimalNumber.openapi({ description: 'Greater than 0.' }),
  operation: enumOf(CONVERSION_OPERATIONS),
})

const DECIMAL_PLACES_MAX = 100

const Rounding = z.object({
  rounding_method: enumOf(ROUNDING_METHODS),
  decimal_places: z.int().min(0).max(DECIMAL_PLACES_MAX),
})

/** As many products or tags as a composite may name. */
const COMPOSITE_NAMES_MAX = 1_000

const ConversionBody = z.object({
  name: z.string().optional(),
  conversion_factor: z.number(),
  operation: z.enum(CONVERSION_OPERATIONS),
})

const RoundingBody = z.object({
  rounding_method: z.enum(ROUNDING_METHODS),
  decimal_places: z.number(),
})

export const ProductStateBody = z
  .object({
    name: z.string(),
    starting_at: TimestampText.optional(),
    billable_metric_id: Id.optional(),
    tags: z.array(z.string()).optional(),
    pricing_group_key: z.array(z.string()).optional(),
    presentation_group_key: z.array(z.string()).optional(),
    sql_breakdown_granularity: z.enum(SQL_GRANULARITIES).optional(),
    quantity_conversion: ConversionBody.nullish(),
    quantity_rounding: RoundingBody.nullish(),
    composite_product_ids: z.array(Id).optional(),
    composite_tags: z.array(z.string()).optional(),
    composite_scope: z.enum(COMPOSITE_SCOPES).optional(),
    exclude_free_usage: z.boolean().optional(),
    include_composite_spend: z.boolean().optional(),
    is_refundable: z.boolean().optional(),
    netsuite_internal_item_id: z.string().optional(),
    netsuite_overage_item_id: z.string().optional(),
    created_at: TimestampText,
    created_by: z.string(),
  })
  .openapi('ProductState')

export const ProductBody = z
  .object({
    id: Id,
    type: z.enum(PRODUCT_TYPES),
    archived_at: TimestampText.nullable(),
    initial: ProductStateBody,
    current: ProductStateBody,
    updates: z.array(ProductStateBody.partial({ name: true })),
    custom_fields: CustomFields,
  })
  .openapi('Product')

const Granularity = enumOf(SQL_GRANULARITIES).openapi({
  description:
    'When the quantity of a SQL metric is incurred: hour by hour, as it grows, or in the last hour of the period (the default). No effect on other metrics.',
})

/** The fields by which a product may be created and changed. */
const StateFields = {
  billable_metric_id: Id.optional().openapi({ description: 'Of USAGE products, which need it.' }),
  tags: z.array(z.string()).optional(),
  pricing_group_key: GroupKey.optional().openapi({
    description: 'Properties whose values have rates of their own.',
  }),
  presentation_group_key: GroupKey.optional().openapi({
    description: 'Properties whose values have invoice lines of their own.',
  }),
  sql_breakdown_granularity: Granularity.optional(),
  quantity_conversion: Conversion.nullish().openapi({
    description: 'From the unit of the metric into the unit of the price, before rounding.',
  }),
  quantity_rounding: Rounding.nullish().openapi({
    description: 'Of the quantity of the period so far, once it is converted.',
  }),
  composite_product_ids: z.array(Id).max(COMPOSITE_NAMES_MAX).optional().openapi({
    description: 'The products of whose charges a COMPOSITE product is a share.',
  }),
  composite_tags: z.array(z.string()).max(COMPOSITE_NAMES_MAX).optional().openapi({
    description: 'Products with any of these tags count, too.',
  }),
  exclude_free_usage: z.boolean().optional(),
  include_composite_spend: z.boolean().optional(),
  is_refundable: z.boolean().optional(),
  netsuite_internal_item_id: z.string().optional(),
  netsuite_overage_item_id: z.string().optional().openapi({
    description: 'Of USAGE and COMPOSITE products.',
  }),
}

/** What is decided when a product is created. */
const Fixed = z
  .unknown()
  .refine((value) => value === undefined, { error: 'cannot be changed' })
  .optional()
  .openapi({ description: 'Cannot be changed.' })

const createProductRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/products/create',
  access: 'write',
  operationId: 'createProduct',
  tags,
  summary: 'Create a product',
  request: {
    body: jsonBody(
      z.object({
        name: NameText,
        type: enumOf([...PRODUCT_TYPES, 'PROFESSIONAL_SERVICE']),
        ...StateFields,
        composite_scope: enumOf(COMPOSITE_SCOPES).optional().openapi({
          description:
            "Whose spend counts: that on the contract (the default), or all the customer's.",
        }),
        custom_fields: CustomFields.optional(),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The product') },
})

const getProductRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/products/get',
  access: 'read',
  operationId: 'getProduct',
  tags,
  summary: 'Get a product',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(dataOf(ProductBody), 'The product') },
})

const listProductsRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/products/list',
  access: 'read',
  operationId: 'listProducts',
  tags,
  summary: 'List products',
  request: {
    query: PageQuery,
    body: jsonBody(
      z.object({
        archive_filter: enumOf(ARCHIVE_FILTERS).optional().openapi({
          description: 'NOT_ARCHIVED if omitted.',
        }),
        search: SearchText.optional().openapi({
          description: 'Part of a name or tag, of now or of another time, or the id.',
        }),
        types: z.array(enumOf(PRODUCT_TYPES)).optional().openapi({ description: 'Any of these.' }),
        ids: z.array(Id).max(IDS_MAX).optional().openapi({ description: 'Any of these.' }),
        billable_metric_id: Id.optional().openapi({
          description: 'What it meters, now or at another time.',
        }),
      }),
    ),
  },
  responses: { 200: json(pageOf(ProductBody), 'A page of products, oldest first') },
})

const updateProductRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/products/update',
  access: 'write',
  operationId: 'updateProduct',
  tags,
  summary: 'Change a product from an hour on; what is omitted stays as it is',
  request: {
    body: jsonBody(
      z.object({
        product_id: Id,
        starting_at: Timestamp.openapi({
          type: 'string',
          format: 'date-time',
          description:
            'The start of an hour, past or future: drafts follow, finalized invoices do not.',
        }),
        name: NameText.optional(),
        ...StateFields,
        type: Fixed,
        composite_scope: Fixed,
      }),
    ),
  },
  responses: { 200: json(IdData, 'The product') },
})

const archiveProductRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/products/archive',
  access: 'write',
  operationId: 'archiveProduct',
  tags,
  summary: 'Archive a product: its rates stay, and it gets no new ones',
  request: { body: jsonBody(z.object({ product_id: Id })) },
  responses: { 200: json(IdData, 'The product') },
})

export function productRoutes(app: App): void {
  app.openapi(createProductRoute, async (c) => {
    const { db, environment, principal, now, newId } = c.var
    const body = c.req.valid('json')
    const input = {
      id: newId(),
      type: body.type === 'PROFESSIONAL_SERVICE' ? ('PRO_SERVICE' as const) : body.type,
      ...fromApiState(body),
      quantityConversion: fromApiConversion(body.quantity_conversion) ?? undefined,
      quantityRounding: fromApiRounding(body.quantity_rounding) ?? undefined,
      name: body.name,
      tags: body.tags ?? [],
      compositeScope: body.composite_scope,
      customFields: body.custom_fields ?? {},
      createdBy: principal.tokenName,
    }
    const created = await addProduct(db, environment.id, input, now)
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: created.value }, 200)
  })

  app.openapi(getProductRoute, async (c) => {
    const { db, environment, now } = c.var
    const { id } = c.req.valid('json')
    const product = await findProduct(db, environment.id, id)
    if (product === null) return fail(c, noProduct('id', id))
    return c.json({ data: toApiProduct(product, now) }, 200)
  })

  app.openapi(listProductsRoute, async (c) => {
    const { db, environment, now } = c.var
    const { archive_filter = 'NOT_ARCHIVED', billable_metric_id, ...asked } = c.req.valid('json')
    const filter = { ...asked, archive: archive_filter, billableMetricId: billable_metric_id }
    const question = `products ${JSON.stringify(filter)}`
    const page = await readRowPage(question, c.req.valid('query'), (from, limit) =>
      listProducts(db, environment.id, filter, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    const data = rows.map((product) => toApiProduct(product, now))
    return c.json({ data, next_page: nextPage }, 200)
  })

  app.openapi(updateProductRoute, async (c) => {
    const { db, environment, principal, now } = c.var
    const body = c.req.valid('json')
    const change = {
      id: body.product_id,
      startingAt: body.starting_at,
      ...fromApiState(body),
      quantityConversion: fromApiConversion(body.quantity_conversion),
      quantityRounding: fromApiRounding(body.quantity_rounding),
      name: body.name,
      createdBy: principal.tokenName,
    }
    const changed = await changeProduct(db, environment.id, change, now)
    if (!changed.ok) return fail(c, changed.error)
    return c.json({ data: changed.value }, 200)
  })

  app.openapi(archiveProductRoute, async (c) => {
    const { db, environment, now } = c.var
    const { product_id: id } = c.req.valid('json')
    if (!(await archiveProduct(db, environment.id, id, now))) {
      return fail(c, noProduct('product_id', id))
    }
    return c.json({ data: { id } }, 200)
  })
}

function noProduct(field: string, id: string) {
  return { code: 'not_found' as const, message: `${field}: no product ${id}` }
}

function toApiProduct(product: Product, now: number) {
  const { id, type, initial, updates, customFields, createdAt, createdBy, archivedAt } = product
  const created = { created_at: toApiTimestamp(createdAt), created_by: createdBy }
  const latest = updates.findLast((update) => update.startingAt <= now)
  const { name } = productAt(product, now)
  return {
    id,
    type,
    archived_at: archivedAt === null ? null : toApiTimestamp(archivedAt),
    initial: { name: initial.name, ...toApiState(initial), ...created },
    current: {
      name,
      starting_at: latest && toApiTimestamp(latest.startingAt),
      ...toApiState(productAt(product, now)),
      ...created,
    },
    updates: updates.map((update) => ({
      name: update.name,
      starting_at: toApiTimestamp(update.startingAt),
      ...toApiState(update),
      created_at: toApiTimestamp(update.createdAt),
      created_by: update.createdBy,
    })),
    custom_fields: customFields,
  }
}

type StateInput = z.output<z.ZodObject<typeof StateFields>>

function fromApiState(body: StateInput) {
  return {
    tags: body.tags,
    billableMetricId: body.billable_metric_id,
    pricingGroupKey: body.pricing_group_key,
    presentationGroupKey: body.presentation_group_key,
    sqlBreakdownGranularity: body.sql_breakdown_granularity,
    compositeProductIds: body.composite_product_ids,
    compositeTags: body.composite_tags,
    excludeFreeUsage: body.exclude_free_usage,
    includeCompositeSpend: body.include_composite_spend,
    isRefundable: body.is_refundable,
    netsuiteInternalItemId: body.netsuite_internal_item_id,
    netsuiteOverageItemId: body.netsuite_overage_item_id,
  }
}

function fromApiConversion(conversion: StateInput['quantity_conversion']) {
  if (!conversion) return conversion
  const { name, conversion_factor: factor, operation } = conversion
  return { name, factor, operation }
}

function fromApiRounding(rounding: StateInput['quantity_rounding']) {
  return rounding && { method: rounding.rounding_method, decimalPlaces: rounding.decimal_places }
}

function toApiState(state: ProductChanges) {
  const { quantityConversion: conversion, quantityRounding: rounding } = state
  return {
    billable_metric_id: state.billableMetricId,
    tags: state.tags,
    pricing_group_key: state.pricingGroupKey,
    presentation_group_key: state.presentationGroupKey,
    sql_breakdown_granularity: state.sqlBreakdownGranularity,
    quantity_conversion: conversion && {
      name: conversion.name,
      conversion_factor: jsonNumber(conversion.factor),
      operation: conversion.operation,
    },
    quantity_rounding: rounding && {
      rounding_method: rounding.method,
      decimal_places: rounding.decimalPlaces,
    },
    composite_product_ids: state.compositeProductIds,
    composite_tags: state.compositeTags,
    composite_scope: state.compositeScope,
    exclude_free_usage: state.excludeFreeUsage,
    include_composite_spend: state.includeCompositeSpend,
    is_refundable: state.isRefundable,
    netsuite_internal_item_id: state.netsuiteInternalItemId,
    netsuite_overage_item_id: state.netsuiteOverageItemId,
  }
}
