-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "enqueued_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer","event_id")
);

-- CreateTable
CREATE TABLE "customer" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_grant" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "outlet_id" UUID,
    "franchise_id" UUID,
    "granted_by" UUID,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "hash" BYTEA NOT NULL,
    "session_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "loyalty_account" (
    "customer_id" UUID NOT NULL,
    "points" INTEGER NOT NULL,
    "lifetime_points" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "loyalty_account_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "loyalty_entry" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "lifetime_points" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "loyalty_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "redemption" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "redemption_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "order_id" UUID,
    "outlet_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outlet" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "franchise" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "franchise_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "outbox_enqueued_at_idx" ON "outbox"("enqueued_at");

-- CreateIndex
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

-- CreateIndex
CREATE UNIQUE INDEX "customer_email_key" ON "customer"("email");

-- CreateIndex
CREATE INDEX "role_grant_outlet_id_idx" ON "role_grant"("outlet_id");

-- CreateIndex
CREATE INDEX "role_grant_franchise_id_idx" ON "role_grant"("franchise_id");

-- CreateIndex
CREATE INDEX "session_customer_id_idx" ON "session"("customer_id");

-- CreateIndex
CREATE INDEX "refresh_token_session_id_idx" ON "refresh_token"("session_id");

-- CreateIndex
CREATE INDEX "loyalty_entry_customer_id_idx" ON "loyalty_entry"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "loyalty_entry_order_id_kind_key" ON "loyalty_entry"("order_id", "kind");

-- CreateIndex
CREATE INDEX "redemption_order_id_idx" ON "redemption"("order_id");

-- CreateIndex
CREATE INDEX "notification_customer_id_id_idx" ON "notification"("customer_id", "id" DESC);

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "loyalty_account" ADD CONSTRAINT "loyalty_account_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX outbox_pending ON outbox (id) WHERE enqueued_at IS NULL;
CREATE INDEX notification_unread ON notification (customer_id) WHERE read_at IS NULL;

-- A role is held once at a place, and its place is of the role's kind.
CREATE UNIQUE INDEX role_grant_once ON role_grant (customer_id, role, coalesce(outlet_id, franchise_id, customer_id));
ALTER TABLE role_grant ADD CONSTRAINT role_grant_place CHECK (
  CASE role
    WHEN 'BARISTA' THEN outlet_id IS NOT NULL AND franchise_id IS NOT NULL
    WHEN 'MANAGER' THEN outlet_id IS NOT NULL AND franchise_id IS NOT NULL
    WHEN 'OWNER' THEN outlet_id IS NULL AND franchise_id IS NOT NULL
    WHEN 'HQ' THEN outlet_id IS NULL AND franchise_id IS NULL
    ELSE false
  END
);

ALTER TABLE customer ADD CONSTRAINT customer_email_normal CHECK (email = lower(email) AND email <> '');
ALTER TABLE session ADD CONSTRAINT session_end CHECK ((ended_at IS NULL) = (end_reason IS NULL));
ALTER TABLE notification ADD CONSTRAINT notification_kind
  CHECK (kind IN ('ORDER_STATUS', 'ORDER_AT_RISK', 'LOW_STOCK', 'PAYMENT', 'LOYALTY'));

ALTER TABLE loyalty_account ADD CONSTRAINT loyalty_account_not_negative CHECK (points >= 0 AND lifetime_points >= 0);
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_direction CHECK (
  CASE kind
    WHEN 'EARNED' THEN points >= 0 AND lifetime_points = points
    WHEN 'REVERSED' THEN points <= 0 AND lifetime_points <= points
    ELSE false
  END
);
ALTER TABLE redemption ADD CONSTRAINT redemption_costs CHECK (points > 0);

-- The ledger is only ever added to.
CREATE FUNCTION refuse_loyalty_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the loyalty ledger is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'loyalty_append_only';
END $$;
CREATE TRIGGER loyalty_append_only BEFORE UPDATE OR DELETE ON loyalty_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_loyalty_change();
