-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "asked_at" TIMESTAMPTZ(3);

-- What is under way may have been asked for until now.
UPDATE payment SET asked_at = now() WHERE status = 'PENDING' AND provider <> 'CASH';
