-- Models of how often customers come and what they spend, of an outlet, a franchise (without outlet) or the chain (without both), as they were fitted last
-- (docs/customers.md). `withdrawals` rises with each withdrawal and erasure, which delete the models that were fitted to the person: what was fitted
-- before and is not stored yet is not stored any more.

-- CreateTable
CREATE TABLE "customer_model" (
    "place_id" UUID NOT NULL,
    "outlet_id" UUID,
    "franchise_id" UUID,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "until" DATE NOT NULL,
    "fitted_to" INTEGER NOT NULL,
    "model" JSONB,

    CONSTRAINT "customer_model_pkey" PRIMARY KEY ("place_id")
);

-- AlterTable
ALTER TABLE "customer_count" ADD COLUMN     "withdrawals" INTEGER NOT NULL DEFAULT 0;

CALL protect('customer_model', 'SELECT', 'SELECT');
