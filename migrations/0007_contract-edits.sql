CREATE TABLE `contract_edits` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`uniqueness_key` text,
	`changes` text NOT NULL,
	`amendment` text,
	`initial` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contract_edits_ordinal` ON `contract_edits` (`contract_id`,`ordinal`);--> statement-breakpoint
CREATE UNIQUE INDEX `contract_edits_uniqueness_key` ON `contract_edits` (`environment_id`,`uniqueness_key`);