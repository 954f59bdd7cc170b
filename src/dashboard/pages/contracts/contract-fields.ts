import type { Fields, ReadField } from './term.ts'

const HIERARCHY = 'hierarchy_configuration'
const isAbove = (read: ReadField) => read('$hierarchy') === 'parent'
const isBelow = (read: ReadField) => read('$hierarchy') === 'child'

/** What few contracts say as a whole (pricing 4.2, 7, 13). */
export const CONTRACT_FIELDS: Fields = [
  {
    path: 'usage_filter.group_key',
    label: 'Only usage by the property',
    type: 'text',
    isOptional: true,
    hint: 'Where a customer has several contracts, each may bill its own part.',
    isMore: true,
  },
  {
    path: 'usage_filter.group_values',
    label: 'With the values',
    type: 'tags',
    isShown: (read) => read('usage_filter.group_key') !== '',
    isMore: true,
  },
  {
    path: 'scheduled_charges_on_usage_invoices',
    label: 'Charges at the end of a period',
    type: 'choice',
    choices: [
      { value: '', label: 'Are invoiced by themselves' },
      { value: 'ALL', label: 'Go onto the usage invoice' },
    ],
    isMore: true,
  },
  {
    path: 'total_contract_value',
    label: 'Total contract value',
    type: 'decimal',
    isOptional: true,
    hint: 'Shown only; it changes nothing.',
    isMore: true,
  },
  {
    path: '$hierarchy',
    label: 'Contracts of other customers',
    type: 'choice',
    choices: [
      { value: '', label: 'Have nothing to do with it' },
      { value: 'parent', label: 'May be below it' },
      { value: 'child', label: 'One of them is above it' },
    ],
    isMore: true,
  },
  {
    path: `${HIERARCHY}.parent_behavior.invoice_consolidation_type`,
    label: 'Invoices of those below',
    type: 'choice',
    choices: [
      { value: 'NONE', label: 'Stay apart' },
      { value: 'CONCATENATE', label: 'Go together' },
    ],
    initial: () => 'NONE',
    isShown: isAbove,
    isMore: true,
  },
  {
    path: `${HIERARCHY}.parent.customer_id`,
    label: 'Customer above, its id',
    type: 'text',
    isShown: isBelow,
    isMore: true,
  },
  {
    path: `${HIERARCHY}.parent.contract_id`,
    label: 'Contract above, its id',
    type: 'text',
    hint: 'One that others may be below.',
    isShown: isBelow,
    isMore: true,
  },
  {
    path: `${HIERARCHY}.payer`,
    label: 'Paid by',
    type: 'choice',
    choices: [
      { value: 'SELF', label: 'The customer' },
      { value: 'PARENT', label: 'The customer above' },
    ],
    initial: () => 'SELF',
    isShown: isBelow,
    isMore: true,
  },
  {
    path: `${HIERARCHY}.usage_statement_behavior`,
    label: 'Usage statements',
    type: 'choice',
    choices: [
      { value: 'SEPARATE', label: 'Of its own' },
      { value: 'CONSOLIDATE', label: 'With the one above' },
    ],
    initial: () => 'SEPARATE',
    isShown: (read) => isBelow(read) && read(`${HIERARCHY}.payer`) === 'PARENT',
    isMore: true,
  },
]
