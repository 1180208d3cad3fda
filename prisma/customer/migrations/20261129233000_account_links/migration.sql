-- One-time links: password resets, confirmations of e-mail addresses, invitations of staff. Their tokens are derived from the ids and
-- stored nowhere.
ALTER TABLE "customer" ADD COLUMN "email_verified_at" TIMESTAMPTZ(3);
ALTER TABLE "customer" ADD COLUMN "language" TEXT NOT NULL DEFAULT 'id';
ALTER TABLE customer ADD CONSTRAINT customer_language CHECK (language IN ('id', 'en'));
GRANT SELECT (email_verified_at, language), UPDATE (language) ON customer TO kedai_customer_tenant, kedai_customer_chain;

-- CreateTable
CREATE TABLE "account_link" (
    "id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "customer_id" UUID,
    "email" TEXT,
    "role" TEXT,
    "outlet_id" UUID,
    "franchise_id" UUID,
    "invited_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_link_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "account_link_customer_id_idx" ON "account_link"("customer_id");

-- CreateIndex
CREATE INDEX "account_link_outlet_id_idx" ON "account_link"("outlet_id");

-- CreateIndex
CREATE INDEX "account_link_franchise_id_idx" ON "account_link"("franchise_id");

-- CreateIndex
CREATE INDEX "account_link_expires_at_idx" ON "account_link"("expires_at");

-- AddForeignKey
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE account_link ADD CONSTRAINT account_link_purpose CHECK (CASE purpose
  WHEN 'reset' THEN customer_id IS NOT NULL AND num_nonnulls(email, role, outlet_id, franchise_id, invited_by) = 0
  WHEN 'verify' THEN customer_id IS NOT NULL AND email IS NOT NULL AND num_nonnulls(role, outlet_id, franchise_id, invited_by) = 0
  WHEN 'invitation' THEN customer_id IS NULL AND num_nonnulls(email, role, invited_by) = 3 AND CASE role
    WHEN 'BARISTA' THEN num_nonnulls(outlet_id, franchise_id) = 2
    WHEN 'MANAGER' THEN num_nonnulls(outlet_id, franchise_id) = 2
    WHEN 'OWNER' THEN outlet_id IS NULL AND franchise_id IS NOT NULL
    WHEN 'HQ' THEN num_nonnulls(outlet_id, franchise_id) = 0
    ELSE false END
  ELSE false END);
CALL protect('account_link', '', '');

-- Requests for password resets, of known and unknown addresses alike, until the subgraph has handled them.
-- CreateTable
CREATE TABLE "password_reset_request" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "password_reset_request_pkey" PRIMARY KEY ("id")
);
CALL protect('password_reset_request', '', '');

-- Failed attempts at passwords and codes, by a hash of the account and the network.
-- CreateTable
CREATE TABLE "failed_attempt" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "window_ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "failed_attempt_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "failed_attempt_window_ends_at_idx" ON "failed_attempt"("window_ends_at");
CALL protect('failed_attempt', '', '');
