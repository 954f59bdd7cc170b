UPDATE `rates` SET `price` = json_object('rateType', `rate_type`, 'price', `price`);--> statement-breakpoint
ALTER TABLE `rates` DROP COLUMN `rate_type`;