-- Kinds of notifications that persons have switched off in the app: a copy of what they set in the messages subgraph.
-- CreateTable
CREATE TABLE "muted_notification" (
    "customer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "is_muted" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "muted_notification_pkey" PRIMARY KEY ("customer_id","kind")
);

-- Nobody reads it but who writes notifications.
CALL protect('muted_notification', '', '');
