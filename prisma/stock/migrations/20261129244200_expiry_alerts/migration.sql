-- Lines of deliveries of which staff were notified that they expire soon, once each.

-- CreateTable
CREATE TABLE "expiry_alert" (
    "delivery_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "alerted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "expiry_alert_pkey" PRIMARY KEY ("delivery_id","position")
);

CALL protect('expiry_alert', 'SELECT', 'SELECT');
REVOKE UPDATE, DELETE ON expiry_alert FROM kedai_stock_worker;
