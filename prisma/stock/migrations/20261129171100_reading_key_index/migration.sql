-- A migration of its own, since it must not be in a transaction. It ends when every call of the former `store_readings` has.
CREATE UNIQUE INDEX CONCURRENTLY "reading_key" ON "reading"("batch_id", "boot", "seq");
