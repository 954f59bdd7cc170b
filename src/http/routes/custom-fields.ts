import { z } from '@hono/zod-openapi'
import {
  addFieldKey,
  deleteFieldValues,
  removeFieldKey,
  setFieldValues,
} from '../../actions/custom-fields.ts'
import { FIELD_ENTITIES, KEY_LENGTH_MAX } from '../../core/custom-fields/field-key.ts'
import { listFieldKeys } from '../../db/custom-field-keys.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomFields, Id, json, jsonBody, pageOf, WellFormedText } from '../schemas.ts'

const tags = ['Custom fields']

const Entity = z.enum(FIELD_ENTITIES, { error: `expected one of ${FIELD_ENTITIES.join(', ')}` })
const Key = WellFormedText.pipe(z.string().min(1).max(KEY_LENGTH_MAX))

const KeyBody = z.object({ entity: Entity, key: Key, enforce_uniqueness: z.boolean() })

const ObjectFields = { entity: Entity, entity_id: Id }

const addKeyRoute = apiRoute({
  method: 'post',
  path: '/v1/customFields/addKey',
  access: 'write',
  operationId: 'addCustomFieldKey',
  tags,
  summary: 'Add a key, of which the objects of an entity may have values from then on',
  request: {
    body: jsonBody(
      KeyBody.extend({
        enforce_uniqueness: z.boolean().openapi({
          description: 'Whether one object holds a value at a time, archived ones included.',
        }),
      }),
    ),
  },
  responses: { 200: { description: 'Done' } },
})

const removeKeyRoute = apiRoute({
  method: 'post',
  path: '/v1/customFields/removeKey',
  access: 'write',
  operationId: 'removeCustomFieldKey',
  tags,
  summary: 'Remove a key, and its values from all objects',
  request: { body: jsonBody(KeyBody.pick({ entity: true, key: true })) },
  responses: { 200: { description: 'Done' } },
})

const listKeysRoute = apiRoute({
  method: 'post',
  path: '/v1/customFields/listKeys',
  access: 'read',
  operationId: 'listCustomFieldKeys',
  tags,
  summary: 'List the keys that have been added',
  request: {
    query: PageQuery,
    body: {
      ...jsonBody(z.object({ entities: z.array(Entity).max(100).optional() })),
      required: false,
    },
  },
  responses: { 200: json(pageOf(KeyBody), 'A page of keys, by entity and name') },
})

const setValuesRoute = apiRoute({
  method: 'post',
  path: '/v1/customFields/setValues',
  access: 'write',
  operationId: 'setCustomFieldValues',
  tags,
  summary: 'Set values of an object, all or none; those of other keys stay',
  request: { body: jsonBody(z.object({ ...ObjectFields, custom_fields: CustomFields })) },
  responses: { 200: { description: 'Done' } },
})

const deleteValuesRoute = apiRoute({
  method: 'post',
  path: '/v1/customFields/deleteValues',
  access: 'write',
  operationId: 'deleteCustomFieldValues',
  tags,
  summary: 'Delete values of an object; those of other keys stay',
  request: {
    body: jsonBody(z.object({ ...ObjectFields, keys: z.array(z.string()).max(1_000) })),
  },
  responses: { 200: { description: 'Done' } },
})

export function customFieldRoutes(app: App): void {
  app.openapi(addKeyRoute, async (c) => {
    const { db, environment, now } = c.var
    const { entity, key, enforce_uniqueness } = c.req.valid('json')
    const asked = { entity, key, enforceUniqueness: enforce_uniqueness }
    const added = await addFieldKey(db, environment.id, asked, now)
    if (!added.ok) return fail(c, added.error)
    return c.body(null, 200)
  })

  app.openapi(removeKeyRoute, async (c) => {
    const { db, environment } = c.var
    const removed = await removeFieldKey(db, environment.id, c.req.valid('json'))
    if (!removed.ok) return fail(c, removed.error)
    return c.body(null, 200)
  })

  app.openapi(listKeysRoute, async (c) => {
    const { db, environment } = c.var
    const { limit = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const { entities } = c.req.valid('json')
    const question = JSON.stringify(['customFields', entities])
    const cursor = decodeCursor(question, next_page, ['string', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)
    const [entity, key] = (cursor.value ?? []) as string[]
    const from = entity === undefined || key === undefined ? null : { entity, key }
    const keys = await listFieldKeys(db, environment.id, entities, from, limit + 1)
    const page = cutPage(question, keys, limit, (row) => [row.entity, row.key])
    const data = page.rows.map((row) => ({
      entity: row.entity,
      key: row.key,
      enforce_uniqueness: row.enforceUniqueness,
    }))
    return c.json({ data, next_page: page.nextPage }, 200)
  })

  app.openapi(setValuesRoute, async (c) => {
    const { environment, now } = c.var
    const { entity, entity_id: entityId, custom_fields } = c.req.valid('json')
    const object = { entity, entityId }
    const set = await setFieldValues(c.env, environment.id, object, custom_fields, now)
    if (!set.ok) return fail(c, set.error)
    return c.body(null, 200)
  })

  app.openapi(deleteValuesRoute, async (c) => {
    const { environment, now } = c.var
    const { entity, entity_id: entityId, keys } = c.req.valid('json')
    const object = { entity, entityId }
    const deleted = await deleteFieldValues(c.env, environment.id, object, keys, now)
    if (!deleted.ok) return fail(c, deleted.error)
    return c.body(null, 200)
  })
}
