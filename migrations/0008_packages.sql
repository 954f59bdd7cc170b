CREATE TABLE `packages` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`uniqueness_key` text,
	`rate_card_id` text,
	`rate_card_alias` text,
	`aliases` text DEFAULT '[]' NOT NULL,
	`terms` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `packages_uniqueness_key` ON `packages` (`environment_id`,`uniqueness_key`);--> statement-breakpoint
CREATE INDEX `packages_environment` ON `packages` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
ALTER TABLE `contracts` ADD `package_id` text;--> statement-breakpoint
CREATE INDEX `contracts_package` ON `contracts` (`package_id`,`created_at`,`id`);