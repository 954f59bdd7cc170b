CREATE TABLE `credit_types` (
	`id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_types_name` ON `credit_types` (`environment_id`,`name`);--> statement-breakpoint
CREATE INDEX `credit_types_environment` ON `credit_types` (`environment_id`,`created_at`,`id`);--> statement-breakpoint
-- Their names are on what drafts show: `environments.catalog_version` changes with every row.
CREATE TRIGGER `credit_types_inserted` AFTER INSERT ON `credit_types` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `credit_types_updated` AFTER UPDATE ON `credit_types` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `credit_types_deleted` AFTER DELETE ON `credit_types` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = OLD.`environment_id`;
END;
