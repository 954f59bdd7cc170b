-- Recurring commits and credits of packages are one list of terms, told apart by their type.
DROP TRIGGER `package_terms_inserted`;
--> statement-breakpoint
DROP TRIGGER `package_terms_updated`;
--> statement-breakpoint
CREATE TRIGGER `package_terms_inserted` AFTER INSERT ON `packages` BEGIN
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, `list`.`value`, `term`.`value` ->> 'id', NEW.`id`
	FROM json_each('{"scheduledCharges": "package_scheduled_charge", "subscriptions": "package_subscription", "commits": "package_commit", "credits": "package_credit"}') AS `list`,
		json_each(NEW.`terms`, '$.' || `list`.`key`) AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, CASE WHEN `term`.`value` ->> 'type' = 'CREDIT' THEN 'package_credit' ELSE 'package_commit' END,
		`term`.`value` ->> 'id', NEW.`id`
	FROM json_each(NEW.`terms`, '$.recurringBalances') AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
CREATE TRIGGER `package_terms_updated` AFTER UPDATE OF `terms` ON `packages` BEGIN
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, `list`.`value`, `term`.`value` ->> 'id', NEW.`id`
	FROM json_each('{"scheduledCharges": "package_scheduled_charge", "subscriptions": "package_subscription", "commits": "package_commit", "credits": "package_credit"}') AS `list`,
		json_each(NEW.`terms`, '$.' || `list`.`key`) AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
	INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
	SELECT NEW.`environment_id`, CASE WHEN `term`.`value` ->> 'type' = 'CREDIT' THEN 'package_credit' ELSE 'package_commit' END,
		`term`.`value` ->> 'id', NEW.`id`
	FROM json_each(NEW.`terms`, '$.recurringBalances') AS `term`
	WHERE `term`.`value` ->> 'id' IS NOT NULL
	ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
-- Packages that were stored before; their other terms have been found since they are.
INSERT INTO `term_owners` (`environment_id`, `entity`, `term_id`, `owner_id`)
SELECT `packages`.`environment_id`, CASE WHEN `term`.`value` ->> 'type' = 'CREDIT' THEN 'package_credit' ELSE 'package_commit' END,
	`term`.`value` ->> 'id', `packages`.`id`
FROM `packages`, json_each(`packages`.`terms`, '$.recurringBalances') AS `term`
WHERE `term`.`value` ->> 'id' IS NOT NULL
ON CONFLICT DO NOTHING;
