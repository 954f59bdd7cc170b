CREATE TABLE `custom_field_keys` (
	`environment_id` text NOT NULL,
	`entity` text NOT NULL,
	`key` text NOT NULL,
	`enforce_uniqueness` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`environment_id`, `entity`, `key`)
);
--> statement-breakpoint
CREATE TABLE `term_owners` (
	`environment_id` text NOT NULL,
	`entity` text NOT NULL,
	`term_id` text NOT NULL,
	`owner_id` text NOT NULL,
	PRIMARY KEY(`environment_id`, `entity`, `term_id`)
);
--> statement-breakpoint
CREATE TABLE `unique_field_values` (
	`environment_id` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`environment_id`, `entity`, `entity_id`, `key`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `unique_field_values_value` ON `unique_field_values` (`environment_id`,`entity`,`key`,`value`);--> statement-breakpoint
ALTER TABLE `invoices` ADD `custom_fields` text DEFAULT '{}' NOT NULL;
--> statement-breakpoint
-- What was stored before keys had to be added: its keys count as added.
INSERT INTO `custom_field_keys` SELECT DISTINCT `environment_id`, 'customer', `field`.`key`, 0, 0
FROM `customers`, json_each(`custom_fields`) AS `field`;
--> statement-breakpoint
INSERT INTO `custom_field_keys` SELECT DISTINCT `environment_id`, 'contract', `field`.`key`, 0, 0
FROM `contracts`, json_each(`custom_fields`) AS `field`;
--> statement-breakpoint
INSERT INTO `custom_field_keys` SELECT DISTINCT `environment_id`, 'contract_product', `field`.`key`, 0, 0
FROM `products`, json_each(`custom_fields`) AS `field`;
--> statement-breakpoint
INSERT INTO `custom_field_keys` SELECT DISTINCT `environment_id`, 'billable_metric', `field`.`key`, 0, 0
FROM `billable_metrics`, json_each(`custom_fields`) AS `field`;
--> statement-breakpoint
INSERT INTO `custom_field_keys` SELECT DISTINCT `environment_id`, 'rate_card', `field`.`key`, 0, 0
FROM `rate_cards`, json_each(`custom_fields`) AS `field`;
--> statement-breakpoint
-- Whose a term is. Terms that an edit removes keep their row: they may still be shown.
CREATE TRIGGER `contract_terms_inserted` AFTER INSERT ON `contracts` BEGIN
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, `list`.`value`, `term`.`value` ->> 'id', NEW.`id`
	FROM json_each('{"scheduledCharges": "scheduled_charge", "subscriptions": "subscription", "discounts": "discount", "professionalServices": "professional_service"}') AS `list`,
		json_each(NEW.`terms`, '$.' || `list`.`key`) AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, CASE WHEN `term`.`value` ->> 'type' = 'CREDIT' THEN 'contract_credit' ELSE 'commit' END,
		`term`.`value` ->> 'id', NEW.`id`
	FROM json_each(NEW.`terms`, '$.recurringBalances') AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
CREATE TRIGGER `contract_terms_updated` AFTER UPDATE OF `terms` ON `contracts` BEGIN
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, `list`.`value`, `term`.`value` ->> 'id', NEW.`id`
	FROM json_each('{"scheduledCharges": "scheduled_charge", "subscriptions": "subscription", "discounts": "discount", "professionalServices": "professional_service"}') AS `list`,
		json_each(NEW.`terms`, '$.' || `list`.`key`) AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, CASE WHEN `term`.`value` ->> 'type' = 'CREDIT' THEN 'contract_credit' ELSE 'commit' END,
		`term`.`value` ->> 'id', NEW.`id`
	FROM json_each(NEW.`terms`, '$.recurringBalances') AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
CREATE TRIGGER `package_terms_inserted` AFTER INSERT ON `packages` BEGIN
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, `list`.`value`, `term`.`value` ->> 'id', NEW.`id`
	FROM json_each('{"scheduledCharges": "package_scheduled_charge", "subscriptions": "package_subscription", "commits": "package_commit", "recurringCommits": "package_commit", "credits": "package_credit", "recurringCredits": "package_credit"}') AS `list`,
		json_each(NEW.`terms`, '$.' || `list`.`key`) AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
CREATE TRIGGER `package_terms_updated` AFTER UPDATE OF `terms` ON `packages` BEGIN
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, `list`.`value`, `term`.`value` ->> 'id', NEW.`id`
	FROM json_each('{"scheduledCharges": "package_scheduled_charge", "subscriptions": "package_subscription", "commits": "package_commit", "recurringCommits": "package_commit", "credits": "package_credit", "recurringCredits": "package_credit"}') AS `list`,
		json_each(NEW.`terms`, '$.' || `list`.`key`) AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
END;
