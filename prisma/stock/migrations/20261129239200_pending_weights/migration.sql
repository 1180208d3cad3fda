-- The few shelves whose weight has not stayed for its time yet, among thousands: `settle_shelves` looks for them twice a second.
BEGIN;
CALL partitions.lock_tables(ARRAY['shelf']);
CREATE INDEX "shelf_pending" ON "shelf" ("pending_since") WHERE "pending_since" IS NOT NULL;
COMMIT;
