CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`event_count` integer NOT NULL,
	`time_min` integer NOT NULL,
	`accepted_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`reason` text,
	`message` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `dead_letters_environment` ON `dead_letters` (`environment_id`,`received_at`,`id`);--> statement-breakpoint
CREATE INDEX `dead_letters_time` ON `dead_letters` (`environment_id`,`time_min`);--> statement-breakpoint
ALTER TABLE `environments` ADD `catalog_version` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `queued_batches` ADD `failure` text;