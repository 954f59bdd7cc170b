CREATE INDEX `invoices_contract` ON `invoices` (`contract_id`,`issued_at`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_status` ON `invoices` (`environment_id`,`status`,`issued_at`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_type` ON `invoices` (`environment_id`,`type`,`issued_at`,`id`);