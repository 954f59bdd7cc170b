CREATE TABLE `held_invoices` (
	`due_id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`kind` text NOT NULL,
	`period_start` integer NOT NULL,
	`period_end` integer NOT NULL,
	`code` text NOT NULL,
	`message` text NOT NULL,
	`differences` text NOT NULL,
	`since` integer NOT NULL,
	`tried_at` integer NOT NULL,
	`attempts` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `held_invoices_environment` ON `held_invoices` (`environment_id`,`since`,`due_id`);--> statement-breakpoint
CREATE INDEX `held_invoices_customer` ON `held_invoices` (`customer_id`,`since`,`due_id`);--> statement-breakpoint
CREATE INDEX `held_invoices_invoice` ON `held_invoices` (`invoice_id`);