-- A completion earns once, and its end takes back once. Alone in its migration: it runs in no transaction.
CREATE UNIQUE INDEX CONCURRENTLY loyalty_entry_once_a_step ON loyalty_entry (order_id, order_version) NULLS NOT DISTINCT WHERE kind IN ('EARNED', 'UNDONE');
