-- When outlets take orders. Those of before take them at any time, as they did, until an event says otherwise.
-- AlterTable
ALTER TABLE "outlet_copy" ADD COLUMN "opening_exceptions" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN "opening_hours" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN "paused_until" TIMESTAMPTZ(3),
ADD COLUMN "status" TEXT NOT NULL DEFAULT 'OPEN';
