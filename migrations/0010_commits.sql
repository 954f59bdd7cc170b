CREATE TABLE `commits` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`contract_id` text,
	`type` text NOT NULL,
	`uniqueness_key` text,
	`terms` text NOT NULL,
	`custom_fields` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `commits_uniqueness_key` ON `commits` (`environment_id`,`uniqueness_key`);--> statement-breakpoint
CREATE INDEX `commits_customer` ON `commits` (`customer_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `manual_ledger_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`balance_id` text NOT NULL,
	`segment_id` text NOT NULL,
	`amount` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	`seats` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `manual_ledger_entries_customer` ON `manual_ledger_entries` (`customer_id`,`created_at`,`id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`period_start` integer,
	`period_end` integer,
	`issued_at` integer NOT NULL,
	`finalized_at` integer NOT NULL,
	`credit_type_id` text NOT NULL,
	`total` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_invoices`("id", "environment_id", "customer_id", "contract_id", "type", "status", "period_start", "period_end", "issued_at", "finalized_at", "credit_type_id", "total") SELECT "id", "environment_id", "customer_id", "contract_id", "type", "status", "period_start", "period_end", "issued_at", "finalized_at", "credit_type_id", "total" FROM `invoices`;--> statement-breakpoint
DROP TABLE `invoices`;--> statement-breakpoint
ALTER TABLE `__new_invoices` RENAME TO `invoices`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `invoices_environment` ON `invoices` (`environment_id`,`issued_at`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_customer` ON `invoices` (`customer_id`,`issued_at`,`id`);