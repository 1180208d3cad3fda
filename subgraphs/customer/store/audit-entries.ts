/** The audit trail. Entries are only ever added: the database refuses to change, delete or truncate them. */
import type { Scope } from '../../../platform/identity/identity.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Prisma } from '../../../prisma/customer/client/client.js';
import type { AuditEntry, AuditFilter } from '../domain/audit.js';
import type { CustomerDatabase, Transaction } from './database.js';

/** Entries that are there already stay as they are. */
export async function insertAuditEntries(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO audit_entry (id, at, actor_id, action, entity_type, entity_id, franchise_id, outlet_id, before, after,
                              address, user_agent)
     SELECT id, at, "actorId", action, "entityType", "entityId", "franchiseId", "outletId", before, after, address, "userAgent"
     FROM jsonb_to_recordset($1::jsonb) AS entry
       (id uuid, at timestamptz, "actorId" uuid, action text, "entityType" text, "entityId" uuid, "franchiseId" uuid,
        "outletId" uuid, before jsonb, after jsonb, address text, "userAgent" text)
     ON CONFLICT (id) DO NOTHING`,
    JSON.stringify(entries),
  );
}

/** Newest first. */
export async function findAuditPage(
  { prisma }: CustomerDatabase,
  scope: Scope,
  filter: AuditFilter,
  page: Page,
): Promise<CountedConnection<AuditEntry>> {
  const found = { AND: [whereCovered(scope), whereFound(filter)] };
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.auditEntry.findMany({ where: { AND: [found, where] }, orderBy, take });
  return connectionOf(
    page,
    rows.map(entryOf),
    ({ id }) => id,
    () => prisma.auditEntry.count({ where: found }),
  );
}

function whereFound({ outletId, franchiseId, actorId, entityId, action, from, to }: AuditFilter) {
  return {
    ...(outletId !== null && { outletId }),
    ...(franchiseId !== null && { franchiseId }),
    ...(actorId !== null && { actorId }),
    ...(entityId !== null && { entityId }),
    ...(action !== null && { action }),
    at: { ...(from !== null && { gte: from }), ...(to !== null && { lte: to }) },
  } satisfies Prisma.AuditEntryWhereInput;
}

interface AuditRow extends Omit<AuditEntry, 'before' | 'after'> {
  readonly before: Prisma.JsonValue;
  readonly after: Prisma.JsonValue;
}

function entryOf({ before, after, ...row }: AuditRow): AuditEntry {
  return { ...row, before: fieldsOf(before), after: fieldsOf(after) };
}

function fieldsOf(value: Prisma.JsonValue): Prisma.JsonObject | null {
  return typeof value === 'object' && !Array.isArray(value) ? value : null;
}
