CREATE TABLE `named_schedules` (
	`environment_id` text NOT NULL,
	`owner_kind` text NOT NULL,
	`owner_id` text NOT NULL,
	`name` text NOT NULL,
	`properties` text NOT NULL,
	`segments` text NOT NULL,
	PRIMARY KEY(`environment_id`, `owner_kind`, `owner_id`, `name`, `properties`)
);
--> statement-breakpoint
ALTER TABLE `rate_cards` ADD `product_order` text DEFAULT '[]' NOT NULL;