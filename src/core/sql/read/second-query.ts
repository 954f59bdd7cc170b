import { convertExpression, convertOrder, NOWHERE, toName } from './second-expression.ts'
import { asNode, asNodes, asText, checkFields, isEmpty, unreadable } from './second-node.ts'
import type { SecondNode } from './second-node.ts'
import type {
  BodyTree,
  ItemTree,
  Name,
  OrderTree,
  QueryTree,
  SelectTree,
  SourceTree,
} from '../tree.ts'

const LISTS = ['tableList', 'columnList', 'parentheses']
const SELECT_FIELDS =
  'with type distinct columns from where groupby having orderby limit _next set_op _orderby _limit'
    .split(' ')
    .concat('parentheses_symbol', LISTS)

/** A query of the second reader as one of ours. Throws UnreadableError for what it knows not. */
export function convertQuery(value: unknown): QueryTree {
  const node = asNode(value, 'a query')
  if (!isEmpty(node['ast'])) {
    checkFields(node, 'a query', ['ast', ...LISTS])
    return convertQuery(node['ast'])
  }
  const arms = armsOf(node)
  const last = arms.at(-1) ?? node
  const isWrapped = last['parentheses_symbol'] === true
  // The order of a union stands at its last arm, unless that is in parentheses.
  const isUnion = arms.length > 1
  const outer = isWrapped ? { orderby: node['_orderby'], limit: node['_limit'] } : last
  const bodies = arms.map((arm, at) =>
    convertArm(arm, {
      isWhole: arm['parentheses_symbol'] === true,
      isLast: at === arms.length - 1,
    }),
  )
  const body = bodies.reduce<BodyTree | null>(
    (left, right) => (left === null ? right : { kind: 'union', left, right, ...NOWHERE }),
    null,
  )
  if (body === null) throw unreadable('a query without SELECT')
  if (isUnion && !isWrapped && !isEmpty(node['_orderby'])) throw unreadable('two orders of a union')
  return {
    kind: 'query',
    ctes: isUnion || !isWrapped ? convertCtes(node['with']) : [],
    body,
    orderBy: convertOrders(outer['orderby']),
    limit: convertLimit(outer['limit']),
    ...NOWHERE,
  }
}

function armsOf(root: SecondNode): SecondNode[] {
  const arms = [root]
  for (let arm = root; !isEmpty(arm['_next']);) {
    if (arm['set_op'] !== 'union all') throw unreadable(String(arm['set_op']))
    arm = asNode(arm['_next'], 'a union')
    arms.push(arm)
  }
  return arms
}

function convertArm(
  arm: SecondNode,
  { isWhole, isLast }: { isWhole: boolean; isLast: boolean },
): BodyTree {
  const select = convertSelect(arm)
  if (!isWhole) {
    const hasTail = !isEmpty(arm['orderby']) || convertLimit(arm['limit']) !== null
    if (hasTail && !isLast) throw unreadable('an order within a union')
    return select
  }
  return {
    kind: 'query',
    ctes: [],
    body: select,
    orderBy: convertOrders(arm['orderby']),
    limit: convertLimit(arm['limit']),
    ...NOWHERE,
  }
}

function convertCtes(value: unknown): QueryTree['ctes'] {
  if (isEmpty(value)) return []
  return asNodes(value, 'WITH').map((cte) => {
    checkFields(cte, 'WITH', ['name', 'stmt'])
    const name = toName(asText(asNode(cte['name'], 'WITH')['value'], 'WITH'))
    return { name, query: convertQuery(cte['stmt']) }
  })
}

function convertOrders(value: unknown): OrderTree[] {
  return isEmpty(value) ? [] : asNodes(value, 'ORDER BY').map(convertOrder)
}

function convertLimit(value: unknown): number | null {
  if (isEmpty(value)) return null
  const limit = asNode(value, 'LIMIT')
  const [count, ...rest] = asNodes(limit['value'], 'LIMIT')
  if (count === undefined || rest.length > 0 || limit['seperator'] !== '') throw unreadable('LIMIT')
  return Number(count['value'])
}

function convertSelect(node: SecondNode): SelectTree {
  if (node['type'] !== 'select') throw unreadable(`a statement of type ${String(node['type'])}`)
  checkFields(node, 'SELECT', SELECT_FIELDS)
  const distinct = isEmpty(node['distinct']) ? null : asNode(node['distinct'], 'DISTINCT')['type']
  if (distinct !== null && distinct !== 'DISTINCT') throw unreadable('DISTINCT ON')
  return {
    kind: 'select',
    isDistinct: distinct === 'DISTINCT',
    items: asNodes(node['columns'], 'a list of columns').map(convertItem),
    from: convertSource(asNodes(node['from'], 'FROM')),
    where: convertClause(node['where']),
    groupBy: convertGroups(node['groupby']),
    having: convertClause(node['having']),
    qualify: null,
    ...NOWHERE,
  }
}

function convertClause(value: unknown) {
  return isEmpty(value) ? null : convertExpression(value)
}

function convertItem(node: SecondNode): ItemTree {
  checkFields(node, 'a column', ['type', 'expr', 'as'])
  return {
    expression: convertExpression(node['expr']),
    alias: convertAlias(node['as']),
    ...NOWHERE,
  }
}

function convertGroups(value: unknown) {
  if (isEmpty(value)) return []
  const groups = asNode(value, 'GROUP BY')
  checkFields(groups, 'GROUP BY', ['columns'])
  return asNodes(groups['columns'], 'GROUP BY').map(convertExpression)
}

function convertSource(nodes: SecondNode[]): SourceTree {
  const [first, ...joined] = nodes
  if (first === undefined) throw unreadable('FROM nothing')
  return joined.reduce<SourceTree>((left, node) => {
    const join = String(node['join'])
    if (join !== 'INNER JOIN' && join !== 'LEFT JOIN') throw unreadable(join)
    const type = join === 'LEFT JOIN' ? 'left' : 'inner'
    const on = convertExpression(node['on'])
    return { kind: 'join', type, left, right: convertTable(node), on, ...NOWHERE }
  }, convertTable(first))
}

function convertTable(node: SecondNode): SourceTree {
  const alias = convertAlias(node['as'])
  if (!isEmpty(node['expr'])) {
    checkFields(node, 'a subquery', ['expr', 'as', 'join', 'on'])
    return { kind: 'subquery', query: convertQuery(node['expr']), alias, ...NOWHERE }
  }
  checkFields(node, 'a table', ['table', 'as', 'join', 'on'])
  return { kind: 'table', name: toName(asText(node['table'], 'a table')), alias, ...NOWHERE }
}

function convertAlias(value: unknown): Name | null {
  return isEmpty(value) ? null : toName(asText(value, 'an alias'))
}
