/**
 * The keys of the advisory locks that Kedai takes in PostgreSQL, here together because they share one space of numbers: two that
 * are equal make work wait for what it has nothing to do with. A number is never changed: releases run side by side in an upgrade.
 */
export const ADVISORY_LOCKS = {
  /** On the database `postgres`: the process that owns an embedded server. */
  embeddedServer: 7_310_583,
  /** In shared mode by every relay's batch on an outbox. */
  relayBatches: 7_310_584,
  /** By the process that migrates a database. */
  migration: 7_310_586,
  /** By the process that rebuilds a read model. */
  rebuild: 7_310_587,
  /** By the ingest process that receives the shelves' statuses from an outside broker. */
  shelfStatuses: 7_310_588,
  /** By who drafts an outlet's suggested orders; the second key is of the outlet. */
  suggestedOrders: 7_310_589,
  /** In shared mode by who records changes of sales (migration `sales_changes`); the second key is when. */
  salesChanges: 7_310_590,
} as const;
