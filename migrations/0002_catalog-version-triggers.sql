-- What drafts are priced by: `environments.catalog_version` changes with every row of these tables.
CREATE TRIGGER `rates_inserted` AFTER INSERT ON `rates` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `rates_updated` AFTER UPDATE ON `rates` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `rates_deleted` AFTER DELETE ON `rates` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = OLD.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `rate_cards_inserted` AFTER INSERT ON `rate_cards` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `rate_cards_updated` AFTER UPDATE ON `rate_cards` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `rate_cards_deleted` AFTER DELETE ON `rate_cards` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = OLD.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `products_inserted` AFTER INSERT ON `products` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `products_updated` AFTER UPDATE ON `products` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `products_deleted` AFTER DELETE ON `products` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = OLD.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `billable_metrics_inserted` AFTER INSERT ON `billable_metrics` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `billable_metrics_updated` AFTER UPDATE ON `billable_metrics` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = NEW.`environment_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `billable_metrics_deleted` AFTER DELETE ON `billable_metrics` BEGIN
	UPDATE `environments` SET `catalog_version` = lower(hex(randomblob(8))) WHERE `id` = OLD.`environment_id`;
END;
