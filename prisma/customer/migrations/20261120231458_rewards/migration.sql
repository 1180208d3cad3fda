-- DropIndex
DROP INDEX "redemption_order_id_idx";

-- AlterTable
ALTER TABLE "loyalty_entry" ADD COLUMN     "redemption_id" UUID,
ALTER COLUMN "order_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "redemption" ADD COLUMN     "amount_off" BIGINT NOT NULL,
ADD COLUMN     "idempotency_key" TEXT NOT NULL,
ADD COLUMN     "returned_at" TIMESTAMPTZ(3),
ADD COLUMN     "reward_id" UUID NOT NULL,
ADD COLUMN     "status" TEXT NOT NULL,
ALTER COLUMN "order_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "reward" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "amount_off" BIGINT NOT NULL,
    "is_offered" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "reward_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "loyalty_entry_redemption_id_kind_key" ON "loyalty_entry"("redemption_id", "kind");

-- CreateIndex
CREATE INDEX "redemption_customer_id_id_idx" ON "redemption"("customer_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "redemption_customer_id_idempotency_key_key" ON "redemption"("customer_id", "idempotency_key");

-- AddForeignKey
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_reward_id_fkey" FOREIGN KEY ("reward_id") REFERENCES "reward"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE reward ADD CONSTRAINT reward_terms CHECK (points BETWEEN 1 AND 1000000 AND amount_off BETWEEN 1 AND 1000000000);
ALTER TABLE redemption ADD CONSTRAINT redemption_amount CHECK (amount_off > 0);
ALTER TABLE redemption ADD CONSTRAINT redemption_key CHECK (length(idempotency_key) BETWEEN 1 AND 128);
ALTER TABLE redemption ADD CONSTRAINT redemption_state CHECK (
  CASE status
    WHEN 'AVAILABLE' THEN order_id IS NULL AND returned_at IS NULL
    WHEN 'APPLIED' THEN order_id IS NOT NULL AND returned_at IS NULL
    WHEN 'RETURNED' THEN order_id IS NOT NULL AND returned_at IS NOT NULL
    ELSE false
  END
);
ALTER TABLE loyalty_entry DROP CONSTRAINT loyalty_entry_direction;
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_direction CHECK (
  CASE kind
    WHEN 'EARNED' THEN points >= 0 AND lifetime_points = points
    WHEN 'REVERSED' THEN points <= 0 AND lifetime_points <= points
    WHEN 'REDEEMED' THEN points < 0 AND lifetime_points = 0
    WHEN 'RETURNED' THEN points > 0 AND lifetime_points = 0
    ELSE false
  END
);
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_origin CHECK (
  (kind IN ('EARNED', 'REVERSED')) = (order_id IS NOT NULL) AND (kind IN ('REDEEMED', 'RETURNED')) = (redemption_id IS NOT NULL)
);
