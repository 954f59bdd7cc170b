import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { EnvironmentSettings } from '../core/environment.ts'
import { BILLING_FREQUENCIES, type Price } from '../core/catalog/price.ts'
import type { ScheduleSegment } from '../core/catalog/named-schedule.ts'
import type { CardAlias, CreditTypeConversion } from '../core/catalog/rate-card.ts'
import type { ProductState, ProductUpdate } from '../core/catalog/product.ts'
import type { Amendment, ContractChanges, ContractState } from '../core/contracts/contract-edit.ts'
import type { ContractTerms } from '../core/contracts/contract.ts'
import { DUE_KINDS } from '../core/invoices/due-invoice.ts'
import { INVOICE_TYPES } from '../core/invoices/invoice.ts'
import { BALANCE_TYPES, type BalanceTerms } from '../core/ledger/balance.ts'
import type { PackageTerms } from '../core/packages/package.ts'
import type { SqlMetric, StreamingMetric } from '../core/metering/metric.ts'

/**
 * D1 holds configuration and indexes. Every row carries its environment: a query that does not
 * name one is a defect. Instants are epoch milliseconds of the environment's clock, amounts are
 * decimal texts, ids are UUIDs.
 */
export const environmentId = () => text('environment_id').notNull()
export const createdAt = () => integer('created_at').notNull()
const customFields = () =>
  text('custom_fields', { mode: 'json' }).$type<Record<string, string>>().notNull().default({})

/** The tenancy unit. */
export const environments = sqliteTable('environments', {
  id: text('id').primaryKey(),
  kind: text('kind', { enum: ['PRODUCTION', 'SANDBOX'] }).notNull(),
  name: text('name').notNull(),
  /** The environment whose token created this sandbox; null for those that an operator made. */
  parentId: text('parent_id'),
  /** Where a frozen clock stands; null while the environment runs in real time. */
  clockMs: integer('clock_ms'),
  /** Grows with every change of metrics or ingest ids: what meters must have applied. */
  configVersion: integer('config_version').notNull().default(0),
  /**
   * Another one after every change of rates, rate cards, products, metrics or custom units: triggers
   * see to it, so that no writer can forget it. Random, so that a restored database never shows one again.
   */
  catalogVersion: text('catalog_version').notNull().default(''),
  /** Grows with every change of where ingest ids are at home; 0 while all are in shared meters. */
  placementVersion: integer('placement_version').notNull().default(0),
  settings: text('settings', { mode: 'json' }).$type<EnvironmentSettings>().notNull().default({}),
  /** Real time, unlike every other `created_at`. */
  createdAt: createdAt(),
  /** Set while a sandbox is being deleted: its tokens no longer work. Real time. */
  deletedAt: integer('deleted_at'),
})

export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    name: text('name').notNull(),
    scope: text('scope', { enum: ['full', 'read-only', 'ingest-only'] }).notNull(),
    /** SHA-256 of the token, hex. The token itself is shown once and kept nowhere. */
    tokenHash: text('token_hash').notNull(),
    /** The token's first characters, to recognise it by. */
    prefix: text('prefix').notNull(),
    createdAt: createdAt(),
    revokedAt: integer('revoked_at'),
    /** Noted to the minute; real time, so that who reads it sees whether the token is in use. */
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [
    uniqueIndex('api_tokens_hash').on(table.tokenHash),
    index('api_tokens_environment').on(table.environmentId, table.createdAt, table.id),
  ],
)

/** What was answered under an `Idempotency-Key` (ID-2). Its times are real. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    environmentId: environmentId(),
    tokenId: text('token_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    startedAt: integer('started_at').notNull(),
    /** Null while the request runs, or when the Worker died in it. */
    status: integer('status'),
    body: text('body'),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.tokenId, table.key] }),
    index('idempotency_keys_started').on(table.startedAt),
  ],
)

export const customers = sqliteTable(
  'customers',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    name: text('name').notNull(),
    salesforceAccountId: text('salesforce_account_id'),
    customFields: customFields(),
    createdAt: createdAt(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
  },
  (table) => [index('customers_environment').on(table.environmentId, table.createdAt, table.id)],
)

/**
 * Whose is an ingest id: a customer's own UUID or an alias of it. A freed alias stays as a row
 * without a customer, so that meters learn of the change by its version.
 */
export const ingestIds = sqliteTable(
  'ingest_ids',
  {
    environmentId: environmentId(),
    ingestId: text('ingest_id').notNull(),
    customerId: text('customer_id'),
    kind: text('kind', { enum: ['customer', 'alias'] }).notNull(),
    /** The alias's place in the order in which its customer's aliases were given. */
    ordinal: integer('ordinal').notNull(),
    /** `environments.config_version` of the last change. */
    version: integer('version').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.ingestId] }),
    index('ingest_ids_customer').on(table.customerId),
    index('ingest_ids_version').on(table.environmentId, table.version),
  ],
)

/** The customers that have meters of their own, now. */
export const placements = sqliteTable('placements', {
  customerId: text('customer_id').primaryKey(),
  environmentId: environmentId(),
  epoch: integer('epoch').notNull(),
  meters: integer('meters').notNull(),
  /** `ownGroup` of these. */
  group: text('group_key').notNull(),
})

/**
 * The groups of meters where ingest ids were at home, one after the other: the last one is the
 * present home, or will be when its move is done. All ids begin in the shared group, without a row.
 */
export const ingestHomes = sqliteTable(
  'ingest_homes',
  {
    environmentId: environmentId(),
    ingestId: text('ingest_id').notNull(),
    /** Counts the moves of this id, from 1. */
    epoch: integer('epoch').notNull(),
    group: text('group_key').notNull(),
    state: text('state', { enum: ['moving', 'active'] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.ingestId, table.epoch] }),
    index('ingest_homes_state').on(table.state, table.environmentId),
  ],
)

export const billableMetrics = sqliteTable(
  'billable_metrics',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    name: text('name').notNull(),
    definition: text('definition', { mode: 'json' })
      .$type<Omit<StreamingMetric, 'id' | 'name'> | Omit<SqlMetric, 'id' | 'name'>>()
      .notNull(),
    customFields: customFields(),
    /** `environments.config_version` of the last change. */
    version: integer('version').notNull(),
    createdAt: createdAt(),
    archivedAt: integer('archived_at'),
  },
  (table) => [
    index('billable_metrics_environment').on(table.environmentId, table.createdAt, table.id),
    index('billable_metrics_version').on(table.environmentId, table.version),
  ],
)

export const products = sqliteTable(
  'products',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    type: text('type', {
      enum: ['USAGE', 'SUBSCRIPTION', 'COMPOSITE', 'FIXED', 'PRO_SERVICE'],
    }).notNull(),
    initial: text('initial', { mode: 'json' }).$type<ProductState>().notNull(),
    updates: text('updates', { mode: 'json' }).$type<ProductUpdate[]>().notNull().default([]),
    customFields: customFields(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
    archivedAt: integer('archived_at'),
  },
  (table) => [index('products_environment').on(table.environmentId, table.createdAt, table.id)],
)

/** The environment's custom pricing units; currencies are built in. */
export const creditTypes = sqliteTable(
  'credit_types',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    name: text('name').notNull(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [
    uniqueIndex('credit_types_name').on(table.environmentId, table.name),
    index('credit_types_environment').on(table.environmentId, table.createdAt, table.id),
  ],
)

export const rateCards = sqliteTable(
  'rate_cards',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    name: text('name').notNull(),
    description: text('description'),
    fiatCreditTypeId: text('fiat_credit_type_id').notNull(),
    conversions: text('conversions', { mode: 'json' })
      .$type<CreditTypeConversion[]>()
      .notNull()
      .default([]),
    aliases: text('aliases', { mode: 'json' }).$type<CardAlias[]>().notNull().default([]),
    productOrder: text('product_order', { mode: 'json' }).$type<string[]>().notNull().default([]),
    customFields: customFields(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
    archivedAt: integer('archived_at'),
  },
  (table) => [index('rate_cards_environment').on(table.environmentId, table.createdAt, table.id)],
)

/** Values of the callers' own in the course of time, of a rate card, a contract or a customer. */
export const namedSchedules = sqliteTable(
  'named_schedules',
  {
    environmentId: environmentId(),
    ownerKind: text('owner_kind', { enum: ['RATE_CARD', 'CONTRACT', 'CUSTOMER'] }).notNull(),
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    /** Canonical JSON of what tells schedules of one name apart. */
    properties: text('properties').notNull(),
    segments: text('segments', { mode: 'json' }).$type<ScheduleSegment[]>().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.environmentId, table.ownerKind, table.ownerId, table.name, table.properties],
    }),
  ],
)

/** The entries of a rate card. Entries are only added: `sequence` decides which is the newest. */
export const rates = sqliteTable(
  'rates',
  {
    sequence: integer('sequence').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    environmentId: environmentId(),
    rateCardId: text('rate_card_id').notNull(),
    productId: text('product_id').notNull(),
    /** Canonical JSON of the values (keys sorted), or null for the product's fallback rate. */
    pricingGroupValues: text('pricing_group_values', { mode: 'json' }).$type<Record<
      string,
      string
    > | null>(),
    startingAt: integer('starting_at').notNull(),
    endingBefore: integer('ending_before'),
    entitled: integer('entitled', { mode: 'boolean' }).notNull(),
    price: text('price', { mode: 'json' }).$type<Price>().notNull(),
    commitPrice: text('commit_price', { mode: 'json' }).$type<Price | null>(),
    billingFrequency: text('billing_frequency', { enum: BILLING_FREQUENCIES }),
    creditTypeId: text('credit_type_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('rates_id').on(table.id),
    index('rates_card').on(table.rateCardId, table.sequence),
  ],
)

export const contracts = sqliteTable(
  'contracts',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    rateCardId: text('rate_card_id'),
    /** The package that it was made from. */
    packageId: text('package_id'),
    uniquenessKey: text('uniqueness_key'),
    startingAt: integer('starting_at').notNull(),
    endingBefore: integer('ending_before'),
    terms: text('terms', { mode: 'json' }).$type<ContractTerms>().notNull(),
    customFields: customFields(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
    archivedAt: integer('archived_at'),
  },
  (table) => [
    uniqueIndex('contracts_uniqueness_key').on(table.environmentId, table.uniquenessKey),
    index('contracts_customer').on(table.customerId, table.createdAt, table.id),
    index('contracts_package').on(table.packageId, table.createdAt, table.id),
  ],
)

/** What was changed of contracts after their creation; rows are only added. */
export const contractEdits = sqliteTable(
  'contract_edits',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    contractId: text('contract_id').notNull(),
    /** Counts the contract's edits from 1: of two edits that were decided on the same state, one fails. */
    ordinal: integer('ordinal').notNull(),
    uniquenessKey: text('uniqueness_key'),
    changes: text('changes', { mode: 'json' }).$type<ContractChanges>().notNull(),
    amendment: text('amendment', { mode: 'json' }).$type<Amendment>(),
    /** What the contract was before its first edit, on that one only. */
    initial: text('initial', { mode: 'json' }).$type<ContractState>(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [
    uniqueIndex('contract_edits_ordinal').on(table.contractId, table.ordinal),
    uniqueIndex('contract_edits_uniqueness_key').on(table.environmentId, table.uniquenessKey),
  ],
)

/** Terms that contracts are made from, relative to their start. Only aliases and the archiving change. */
export const packages = sqliteTable(
  'packages',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    name: text('name').notNull(),
    uniquenessKey: text('uniqueness_key'),
    rateCardId: text('rate_card_id'),
    /** Resolved anew for each contract, as of its start. */
    rateCardAlias: text('rate_card_alias'),
    aliases: text('aliases', { mode: 'json' }).$type<CardAlias[]>().notNull().default([]),
    terms: text('terms', { mode: 'json' }).$type<PackageTerms>().notNull(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
    archivedAt: integer('archived_at'),
  },
  (table) => [
    uniqueIndex('packages_uniqueness_key').on(table.environmentId, table.uniquenessKey),
    index('packages_environment').on(table.environmentId, table.createdAt, table.id),
  ],
)

/** Commits and credits that were made by request; those that recurring ones make have no rows. */
export const commits = sqliteTable(
  'commits',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    /** Null: it is the customer's. */
    contractId: text('contract_id'),
    type: text('type', { enum: BALANCE_TYPES }).notNull(),
    uniquenessKey: text('uniqueness_key'),
    terms: text('terms', { mode: 'json' }).$type<BalanceTerms>().notNull(),
    customFields: customFields(),
    createdAt: createdAt(),
    createdBy: text('created_by').notNull(),
    archivedAt: integer('archived_at'),
  },
  (table) => [
    uniqueIndex('commits_uniqueness_key').on(table.environmentId, table.uniquenessKey),
    index('commits_customer').on(table.customerId, table.createdAt, table.id),
  ],
)

/** Entries that operators made in the ledgers of commits and credits; rows are only added. */
export const manualLedgerEntries = sqliteTable(
  'manual_ledger_entries',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    balanceId: text('balance_id').notNull(),
    segmentId: text('segment_id').notNull(),
    amount: text('amount').notNull(),
    reason: text('reason').notNull(),
    /** The instant that it counts from, as its maker says. */
    at: integer('at').notNull(),
    seats: text('seats', { mode: 'json' }).$type<Record<string, string>>(),
    createdAt: createdAt(),
  },
  (table) => [
    index('manual_ledger_entries_customer').on(table.customerId, table.createdAt, table.id),
  ],
)

/** Work that falls due at an instant of the environment's clock; taken in order by `jobs/due-work.ts`. */
export const dueWork = sqliteTable(
  'due_work',
  {
    /** Derived from what is due, so that writing it twice leaves one. */
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    dueAt: integer('due_at').notNull(),
    kind: text('kind', { enum: DUE_KINDS }).notNull(),
    customerId: text('customer_id').notNull(),
    contractId: text('contract_id').notNull(),
    /** The statement period concerned; of a scheduled invoice, its date, twice. */
    periodStart: integer('period_start').notNull(),
    periodEnd: integer('period_end').notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (table) => [
    index('due_work_environment').on(table.environmentId, table.dueAt, table.id),
    index('due_work_due').on(table.dueAt, table.id),
    index('due_work_contract').on(table.contractId),
  ],
)

/** An index over the finalized invoices, which live in their customer's account. */
export const invoices = sqliteTable(
  'invoices',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    contractId: text('contract_id').notNull(),
    type: text('type', { enum: INVOICE_TYPES }).notNull(),
    status: text('status', { enum: ['FINALIZED', 'VOID'] }).notNull(),
    /** Null for scheduled invoices. */
    periodStart: integer('period_start'),
    periodEnd: integer('period_end'),
    issuedAt: integer('issued_at').notNull(),
    finalizedAt: integer('finalized_at').notNull(),
    creditTypeId: text('credit_type_id').notNull(),
    total: text('total').notNull(),
    /** Set after the invoice became final: its document in the account never changes. */
    customFields: customFields(),
  },
  (table) => [
    index('invoices_environment').on(table.environmentId, table.issuedAt, table.id),
    index('invoices_customer').on(table.customerId, table.issuedAt, table.id),
    index('invoices_contract').on(table.contractId, table.issuedAt, table.id),
    index('invoices_status').on(table.environmentId, table.status, table.issuedAt, table.id),
    index('invoices_type').on(table.environmentId, table.type, table.issuedAt, table.id),
  ],
)

/**
 * Whose the drafts are that were shown to someone: nothing else says so of a draft's id. A row stays
 * when its draft is final or gone.
 */
export const shownDrafts = sqliteTable('shown_drafts', {
  invoiceId: text('invoice_id').primaryKey(),
  environmentId: environmentId(),
  customerId: text('customer_id').notNull(),
})
