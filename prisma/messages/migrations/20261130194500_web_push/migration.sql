-- Web push: the browsers that persons have registered, and what is posted to them.
-- CreateEnum
CREATE TYPE "PushState" AS ENUM ('WAITING', 'DELIVERED', 'GIVEN_UP');

-- CreateTable
CREATE TABLE "push_subscription" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "endpoint" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "p256dh" TEXT NOT NULL,
    "auth" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "push_subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "push_delivery" (
    "id" UUID NOT NULL,
    "subscription_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "is_urgent" BOOLEAN NOT NULL,
    "happened_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "PushState" NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "push_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "push_subscription_endpoint_key" ON "push_subscription"("endpoint");

-- CreateIndex
CREATE INDEX "push_subscription_customer_id_idx" ON "push_subscription"("customer_id");

-- CreateIndex
CREATE INDEX "push_delivery_order_id_idx" ON "push_delivery"("order_id");

-- CreateIndex
CREATE INDEX "push_delivery_customer_id_idx" ON "push_delivery"("customer_id");

-- CreateIndex
CREATE INDEX "push_delivery_created_at_idx" ON "push_delivery"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "push_delivery_subscription_id_order_id_kind_key" ON "push_delivery"("subscription_id", "order_id", "kind");

-- AddForeignKey
ALTER TABLE "push_delivery" ADD CONSTRAINT "push_delivery_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "push_subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is to be posted next.
CREATE INDEX push_delivery_due ON push_delivery (next_attempt_at) WHERE state = 'WAITING';

-- Nobody reads where a browser is reached, or what is posted to it, but who posts. Statements of a person's own rows name the person.
CALL protect('push_subscription', '', '');
CALL protect('push_delivery', '', '');
