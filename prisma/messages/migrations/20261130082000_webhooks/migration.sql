-- CreateEnum
CREATE TYPE "WebhookStatus" AS ENUM ('ACTIVE', 'PAUSED', 'DISABLED');

-- CreateEnum
CREATE TYPE "WebhookDeliveryState" AS ENUM ('WAITING', 'DELIVERED', 'GIVEN_UP');

-- CreateTable
CREATE TABLE "idempotency" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("scope","key"),
    CONSTRAINT "idempotency_key" CHECK (char_length("key") BETWEEN 1 AND 128)
);

-- CreateTable
CREATE TABLE "outlet" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "franchise_id" UUID,
    "outlet_id" UUID,
    "url" TEXT NOT NULL,
    "event_types" TEXT[],
    "status" "WebhookStatus" NOT NULL DEFAULT 'ACTIVE',
    "disabled_because" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "webhook_outlet_of_franchise" CHECK ("outlet_id" IS NULL OR "franchise_id" IS NOT NULL),
    CONSTRAINT "webhook_disabled" CHECK (("status" = 'DISABLED') = ("disabled_because" IS NOT NULL))
);

-- CreateTable
CREATE TABLE "webhook_secret" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_event" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "franchise_id" UUID,
    "outlet_id" UUID,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "franchise_id" UUID,
    "outlet_id" UUID,
    "event_type" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "state" "WebhookDeliveryState" NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "last_attempt_at" TIMESTAMPTZ(3),
    "response_status" INTEGER,
    "response_body" TEXT,
    "duration_milliseconds" INTEGER,
    "failure" TEXT,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

-- CreateIndex
CREATE INDEX "outlet_franchise_id_idx" ON "outlet"("franchise_id");

-- CreateIndex
CREATE INDEX "webhook_outlet_id_idx" ON "webhook"("outlet_id");

-- CreateIndex
CREATE INDEX "webhook_franchise_id_idx" ON "webhook"("franchise_id");

-- CreateIndex
CREATE INDEX "webhook_secret_webhook_id_idx" ON "webhook_secret"("webhook_id");

-- CreateIndex
CREATE INDEX "webhook_event_received_at_idx" ON "webhook_event"("received_at");

-- CreateIndex
CREATE INDEX "webhook_event_occurred_at_idx" ON "webhook_event"("occurred_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_event_id_idx" ON "webhook_delivery"("event_id");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_id_idx" ON "webhook_delivery"("webhook_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_occurred_at_idx" ON "webhook_delivery"("webhook_id", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_webhook_id_event_id_key" ON "webhook_delivery"("webhook_id", "event_id");

-- AddForeignKey
ALTER TABLE "webhook_secret" ADD CONSTRAINT "webhook_secret_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "webhook_event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is to be posted next, by webhook; and what an event of the same thing waits for.
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at) WHERE state = 'WAITING';
CREATE INDEX webhook_delivery_in_turn ON webhook_delivery (webhook_id, aggregate_id, aggregate_version) WHERE state = 'WAITING';
CREATE INDEX webhook_delivery_test ON webhook_delivery (next_attempt_at) WHERE state = 'WAITING' AND event_type = 'webhook.test';
-- A webhook has one secret of its own.
CREATE UNIQUE INDEX webhook_secret_own ON webhook_secret (webhook_id) WHERE expires_at IS NULL;

CALL protect('outlet', 'SELECT', 'SELECT', _is_public => true);
CALL protect('webhook', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
-- Nobody reads what was encrypted but who signs.
CALL protect('webhook_secret', 'INSERT, DELETE', 'INSERT, DELETE', _rows => $$
  webhook_id IN (SELECT id FROM webhook
    WHERE outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
$$);
GRANT SELECT (id, webhook_id, expires_at), UPDATE (expires_at) ON webhook_secret TO kedai_messages_tenant, kedai_messages_chain;
CALL protect('webhook_event', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('webhook_delivery', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
-- Of a webhook and an event that the caller reaches.
CREATE POLICY of_reachable ON webhook_delivery AS RESTRICTIVE FOR INSERT TO kedai_messages_tenant
  WITH CHECK (EXISTS (SELECT FROM webhook WHERE id = webhook_id) AND EXISTS (SELECT FROM webhook_event WHERE id = event_id));
CALL protect('idempotency', 'SELECT, INSERT', 'SELECT, INSERT',
  _rows => 'split_part(scope, '':'', 1) = (SELECT caller_customer_id())::text');
