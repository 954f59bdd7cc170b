ALTER TABLE `rates` ADD `commit_price` text;--> statement-breakpoint
ALTER TABLE `rates` ADD `billing_frequency` text;