-- Whether persons agree that figures about customers count them: every answer that they gave, with what they were shown and from where it came.
-- CreateTable
CREATE TABLE "analytics_consent" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "is_granted" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "notice" TEXT,
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "analytics_consent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "analytics_consent_customer_id_version_key" ON "analytics_consent"("customer_id", "version");

-- AddForeignKey
ALTER TABLE "analytics_consent" ADD CONSTRAINT "analytics_consent_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE analytics_consent ADD CONSTRAINT analytics_consent_shown CHECK (NOT is_granted OR notice IS NOT NULL);
CALL protect('analytics_consent', 'SELECT, INSERT', 'SELECT, INSERT');
