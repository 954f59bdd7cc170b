CREATE TABLE `outbox_events` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`type` text NOT NULL,
	`properties` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_events_environment` ON `outbox_events` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `payment_workflows` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`commit_terms` text NOT NULL,
	`gate` text NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer
);
--> statement-breakpoint
CREATE INDEX `payment_workflows_contract` ON `payment_workflows` (`contract_id`,`kind`);--> statement-breakpoint
CREATE INDEX `payment_workflows_environment` ON `payment_workflows` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `threshold_watches` (
	`contract_id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text
);
--> statement-breakpoint
CREATE INDEX `threshold_watches_due` ON `threshold_watches` (`due_at`,`contract_id`);--> statement-breakpoint
CREATE INDEX `threshold_watches_environment` ON `threshold_watches` (`environment_id`,`due_at`);