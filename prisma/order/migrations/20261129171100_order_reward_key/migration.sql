-- The primary key to be, built beside the present one while rewards are written. Alone in its migration: it runs in no transaction.
CREATE UNIQUE INDEX CONCURRENTLY "order_reward_order_id_redemption_id_key" ON "order_reward"("order_id", "redemption_id");
