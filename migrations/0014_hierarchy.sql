CREATE TABLE `contract_children` (
	`contract_id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`parent_contract_id` text NOT NULL,
	`parent_customer_id` text NOT NULL,
	`ordinal` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contract_children_ordinal` ON `contract_children` (`parent_contract_id`,`ordinal`);--> statement-breakpoint
CREATE INDEX `contract_children_customer` ON `contract_children` (`environment_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `contract_children_parent_customer` ON `contract_children` (`environment_id`,`parent_customer_id`);