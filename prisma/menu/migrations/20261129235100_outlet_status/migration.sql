-- CreateEnum
CREATE TYPE "outlet_status" AS ENUM ('DRAFT', 'OPEN', 'PAUSED', 'CLOSED');

-- AlterTable
-- Outlets of before take orders at any time, as they did.
ALTER TABLE "outlet" ADD COLUMN "opening_exceptions" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN "opening_hours" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN "paused_until" TIMESTAMPTZ(3),
ADD COLUMN "status" "outlet_status" NOT NULL DEFAULT 'OPEN',
ADD CONSTRAINT "outlet_paused_until" CHECK ("paused_until" IS NULL OR "status" = 'PAUSED');

-- A draft is seen by the outlet's staff, its franchise's owner and head office alone; they change what was public until now.
DROP POLICY public_read ON outlet;
CREATE POLICY public_read ON outlet FOR SELECT TO kedai_menu_tenant USING (status <> 'DRAFT');
DROP POLICY tenant ON outlet;
CREATE POLICY tenant ON outlet TO kedai_menu_tenant
  USING (id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
  WITH CHECK (id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));
GRANT UPDATE (name, city, address, phone, time_zone, status, paused_until, opening_hours, opening_exceptions, version)
  ON outlet TO kedai_menu_tenant, kedai_menu_chain;
