-- What providers report to have paid out, line by line, matched with payments and refunds. Fees are booked once a line is matched.

-- AlterEnum
ALTER TYPE "LedgerAccount" ADD VALUE 'PROVIDER_FEES';

-- AlterEnum
ALTER TYPE "LedgerReason" ADD VALUE 'PROVIDER_FEE';

-- CreateEnum
CREATE TYPE "SettlementSubject" AS ENUM ('PAYMENT', 'REFUND');

-- CreateEnum
CREATE TYPE "SettlementOutcome" AS ENUM ('MATCHED', 'MISSING_HERE', 'AMOUNT_DIFFERS', 'DUPLICATE');

-- CreateTable
CREATE TABLE "settlement" (
    "id" UUID NOT NULL,
    "provider" "PaymentProvider" NOT NULL,
    "content_hash" TEXT NOT NULL,
    "imported_by" UUID NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lines" INTEGER NOT NULL,
    "known" INTEGER NOT NULL,
    "matched" INTEGER NOT NULL,
    "gross" BIGINT NOT NULL,
    "fees" BIGINT NOT NULL,

    CONSTRAINT "settlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settlement_line" (
    "id" UUID NOT NULL,
    "settlement_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "provider" "PaymentProvider" NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "subject" "SettlementSubject" NOT NULL,
    "subject_id" UUID,
    "payment_id" UUID,
    "outlet_id" UUID,
    "franchise_id" UUID,
    "reference" TEXT NOT NULL,
    "transaction_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "expected" BIGINT,
    "fee" BIGINT NOT NULL,
    "outcome" "SettlementOutcome" NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "settlement_line_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "settlement_provider_content_hash_key" ON "settlement"("provider", "content_hash");

-- CreateIndex
CREATE UNIQUE INDEX "settlement_line_provider_fingerprint_key" ON "settlement_line"("provider", "fingerprint");

-- What the schema language cannot say.

-- A payment is settled by one line, and a refund.
CREATE UNIQUE INDEX settlement_line_settles ON settlement_line (subject_id) WHERE outcome IN ('MATCHED', 'AMOUNT_DIFFERS');
CREATE INDEX settlement_line_differs ON settlement_line (provider, imported_at) WHERE outcome <> 'MATCHED';

ALTER TABLE settlement_line
  ADD CONSTRAINT settlement_line_amount CHECK (amount BETWEEN 0 AND 1000000000000),
  ADD CONSTRAINT settlement_line_subject CHECK ((outcome = 'MISSING_HERE') = (subject_id IS NULL)),
  ADD CONSTRAINT settlement_line_whose CHECK ((subject_id IS NULL) = (outlet_id IS NULL)),
  ADD CONSTRAINT settlement_line_matched CHECK (outcome <> 'MATCHED' OR amount = expected);

-- Head office imports; staff reads what became of their outlets' money.
CALL protect('settlement', '', 'SELECT, INSERT');
CALL protect('settlement_line', 'SELECT', 'SELECT, INSERT');
