-- Who agrees to being counted by reports about customers: a copy of the customer subgraph's.
-- CreateTable
CREATE TABLE "analytics_consent_copy" (
    "customer_id" UUID NOT NULL,
    "is_granted" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "analytics_consent_copy_pkey" PRIMARY KEY ("customer_id")
);
CALL protect('analytics_consent_copy', '', '');
