CREATE TABLE `api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`token_hash` text NOT NULL,
	`prefix` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_hash` ON `api_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `api_tokens_environment` ON `api_tokens` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `billable_metrics` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`definition` text NOT NULL,
	`custom_fields` text DEFAULT '{}' NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE INDEX `billable_metrics_environment` ON `billable_metrics` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `billable_metrics_version` ON `billable_metrics` (`environment_id`,`version`);--> statement-breakpoint
CREATE TABLE `contracts` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`rate_card_id` text,
	`uniqueness_key` text,
	`starting_at` integer NOT NULL,
	`ending_before` integer,
	`terms` text NOT NULL,
	`custom_fields` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contracts_uniqueness_key` ON `contracts` (`environment_id`,`uniqueness_key`);--> statement-breakpoint
CREATE INDEX `contracts_customer` ON `contracts` (`customer_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `customers` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`salesforce_account_id` text,
	`custom_fields` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE INDEX `customers_environment` ON `customers` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `due_work` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`kind` text NOT NULL,
	`customer_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`period_start` integer NOT NULL,
	`period_end` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text
);
--> statement-breakpoint
CREATE INDEX `due_work_environment` ON `due_work` (`environment_id`,`due_at`,`id`);--> statement-breakpoint
CREATE INDEX `due_work_due` ON `due_work` (`due_at`,`id`);--> statement-breakpoint
CREATE INDEX `due_work_contract` ON `due_work` (`contract_id`);--> statement-breakpoint
CREATE TABLE `environments` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`parent_id` text,
	`clock_ms` integer,
	`config_version` integer DEFAULT 0 NOT NULL,
	`settings` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`environment_id` text NOT NULL,
	`token_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`started_at` integer NOT NULL,
	`status` integer,
	`body` text,
	PRIMARY KEY(`environment_id`, `token_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_started` ON `idempotency_keys` (`started_at`);--> statement-breakpoint
CREATE TABLE `ingest_ids` (
	`environment_id` text NOT NULL,
	`ingest_id` text NOT NULL,
	`customer_id` text,
	`kind` text NOT NULL,
	`ordinal` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`environment_id`, `ingest_id`)
);
--> statement-breakpoint
CREATE INDEX `ingest_ids_customer` ON `ingest_ids` (`customer_id`);--> statement-breakpoint
CREATE INDEX `ingest_ids_version` ON `ingest_ids` (`environment_id`,`version`);--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`period_start` integer NOT NULL,
	`period_end` integer NOT NULL,
	`issued_at` integer NOT NULL,
	`finalized_at` integer NOT NULL,
	`credit_type_id` text NOT NULL,
	`total` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `invoices_environment` ON `invoices` (`environment_id`,`issued_at`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_customer` ON `invoices` (`customer_id`,`issued_at`,`id`);--> statement-breakpoint
CREATE TABLE `products` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`type` text NOT NULL,
	`initial` text NOT NULL,
	`updates` text DEFAULT '[]' NOT NULL,
	`custom_fields` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE INDEX `products_environment` ON `products` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `queued_batches` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`time_min` integer NOT NULL,
	`queued_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `queued_batches_environment` ON `queued_batches` (`environment_id`,`time_min`);--> statement-breakpoint
CREATE TABLE `rate_cards` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`fiat_credit_type_id` text NOT NULL,
	`conversions` text DEFAULT '[]' NOT NULL,
	`aliases` text DEFAULT '[]' NOT NULL,
	`custom_fields` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE INDEX `rate_cards_environment` ON `rate_cards` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `rates` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`environment_id` text NOT NULL,
	`rate_card_id` text NOT NULL,
	`product_id` text NOT NULL,
	`pricing_group_values` text,
	`starting_at` integer NOT NULL,
	`ending_before` integer,
	`entitled` integer NOT NULL,
	`rate_type` text NOT NULL,
	`price` text NOT NULL,
	`credit_type_id` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rates_id` ON `rates` (`id`);--> statement-breakpoint
CREATE INDEX `rates_card` ON `rates` (`rate_card_id`,`sequence`);