-- Orders that staff take at the counter: `placed_by` says who, and they have no customer where the guest has no account. The archive and
-- the view of both have the columns of the table.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders', 'order_line', 'archive.order_line', 'order_status_entry', 'archive.order_status_entry']);
-- AlterTable
ALTER TABLE "orders" ADD COLUMN "placed_by" UUID,
ALTER COLUMN "customer_id" DROP NOT NULL;
ALTER TABLE archive.orders ADD COLUMN "placed_by" UUID,
ALTER COLUMN "customer_id" DROP NOT NULL;
-- AlterTable
ALTER TABLE "order_line" ALTER COLUMN "customer_id" DROP NOT NULL;
ALTER TABLE archive.order_line ALTER COLUMN "customer_id" DROP NOT NULL;
-- AlterTable
ALTER TABLE "order_status_entry" ALTER COLUMN "customer_id" DROP NOT NULL;
ALTER TABLE archive.order_status_entry ALTER COLUMN "customer_id" DROP NOT NULL;

-- Partitions were made like their table, with constraints of their own.
DO $$
DECLARE
  _partition regclass;
BEGIN
  FOR _partition IN
    SELECT inhrelid FROM pg_inherits
    JOIN pg_attribute ON attrelid = inhrelid AND attname = 'customer_id' AND attnotnull
    WHERE inhparent IN ('public.orders'::regclass, 'archive.orders'::regclass, 'public.order_line'::regclass, 'archive.order_line'::regclass,
      'public.order_status_entry'::regclass, 'archive.order_status_entry'::regclass)
    ORDER BY inhrelid
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN customer_id DROP NOT NULL', _partition);
  END LOOP;
END
$$;

-- Older orders all have a customer: nothing is read.
ALTER TABLE orders ADD CONSTRAINT orders_placed CHECK (customer_id IS NOT NULL OR placed_by IS NOT NULL) NOT VALID;

CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT orders_placed;
COMMIT;

-- What a guest at the counter is called by, for the outlet's staff. Deleted after some time, and with the member's account.
CREATE TABLE "order_guest" (
    "order_id" UUID NOT NULL,
    "customer_id" UUID,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "name" TEXT,
    "table_name" TEXT,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_guest_pkey" PRIMARY KEY ("order_id")
);
CREATE INDEX "order_guest_placed_at_idx" ON "order_guest"("placed_at");
CREATE INDEX "order_guest_customer_id_idx" ON "order_guest"("customer_id");
CALL protect('order_guest', 'SELECT', 'SELECT',
  _rows => 'outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])');

-- Copy of the customer subgraph's phone numbers, by `customer.phone-changed`: who a member is at the counter.
CREATE TABLE "member_phone" (
    "customer_id" UUID NOT NULL,
    "phone" TEXT,
    "version" INTEGER NOT NULL,

    CONSTRAINT "member_phone_pkey" PRIMARY KEY ("customer_id")
);
CREATE INDEX "member_phone_phone_idx" ON "member_phone"("phone");
CALL protect('member_phone', '', '');
