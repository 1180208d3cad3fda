-- Rewards go by their order, as all that belongs to it. That a redemption is spent once is what `spent_redemption` guards.
ALTER TABLE "order_reward" DROP CONSTRAINT "order_reward_pkey",
ADD CONSTRAINT "order_reward_pkey" PRIMARY KEY USING INDEX "order_reward_order_id_redemption_id_key";

-- DropIndex
DROP INDEX "order_reward_order_id_idx";
