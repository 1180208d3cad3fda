-- AlterEnum
ALTER TYPE "RefundOrigin" ADD VALUE 'PROVIDER';

-- DropIndex
DROP INDEX "refund_payment_id_idx";

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "refund_lookup_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE UNIQUE INDEX "refund_payment_id_transaction_id_key" ON "refund"("payment_id", "transaction_id");

-- What the schema language cannot say.
CREATE INDEX payment_refund_lookup_due ON payment (refund_lookup_at) WHERE refund_lookup_at IS NOT NULL;

-- Payments captured before are looked at in the course of the next hour, not all at once.
UPDATE payment SET refund_lookup_at = now() + random() * interval '1 hour'
  WHERE paid_at > now() - interval '180 days' AND provider <> 'CASH' AND refunded < amount;
