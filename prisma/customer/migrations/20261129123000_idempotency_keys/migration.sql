-- CreateTable
CREATE TABLE "idempotency" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

ALTER TABLE idempotency ADD CONSTRAINT idempotency_key CHECK (char_length(key) BETWEEN 1 AND 128);

-- The keys of redemptions move there, under the hash of `{ rewardId }`, as long as keys are remembered: a retry across the
-- upgrade leads to the redemption that it made.
INSERT INTO idempotency (scope, key, input_hash, result_id, created_at)
SELECT customer_id || ':redeemReward', idempotency_key,
       encode(sha256(convert_to(format('{"rewardId":"%s"}', reward_id), 'UTF8')), 'hex'), id, redeemed_at
FROM redemption WHERE redeemed_at > now() - interval '3 days';

-- DropIndex
DROP INDEX "redemption_customer_id_idempotency_key_key";

-- AlterTable
ALTER TABLE "redemption" DROP COLUMN "idempotency_key";

CALL protect('idempotency', 'SELECT, INSERT', 'SELECT, INSERT',
  _rows => 'split_part(scope, '':'', 1) = (SELECT caller_customer_id())::text');
