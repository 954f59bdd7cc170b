CREATE TABLE `ingest_homes` (
	`environment_id` text NOT NULL,
	`ingest_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`group_key` text NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`environment_id`, `ingest_id`, `epoch`)
);
--> statement-breakpoint
CREATE INDEX `ingest_homes_state` ON `ingest_homes` (`state`,`environment_id`);--> statement-breakpoint
CREATE TABLE `placements` (
	`customer_id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`meters` integer NOT NULL,
	`group_key` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `environments` ADD `placement_version` integer DEFAULT 0 NOT NULL;