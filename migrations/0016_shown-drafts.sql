CREATE TABLE `shown_drafts` (
	`invoice_id` text PRIMARY KEY NOT NULL,
	`environment_id` text NOT NULL,
	`customer_id` text NOT NULL
);
