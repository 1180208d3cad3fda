/** Orders with their live versions, each read by one statement with its version, for the caller's subscriptions. */
import type { Scope } from '../../../platform/identity/identity.js';
import { withArchive } from '../../../platform/kit/archive.js';
import { type LiveThing, liveColumns } from '../../../platform/kit/follow-changes.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { OrderRecord } from '../domain/order.js';
import type { OrderDatabase } from './database.js';
import { ORDER_COLUMNS, orderRecord, type StoredOrder } from './orders.js';

export interface LiveOrder extends LiveThing {
  readonly order: OrderRecord;
}

type LiveRow = StoredOrder & LiveThing;

const COLUMNS = `${ORDER_COLUMNS}, ${liveColumns('order', 'orders.id', 'status_at')}`;

/** The newest orders of a place that have not ended, oldest first. Each half is found by an index of its statuses. */
export async function findOpenOrders(
  { prisma }: OrderDatabase,
  scope: Scope,
  { outletId, franchiseId }: RequestedPlace,
  limit: number,
): Promise<LiveOrder[]> {
  const { condition, values } = coveredSql(scope, { after: 3 });
  const open = (statuses: string) => `
    (SELECT ${COLUMNS} FROM orders
     WHERE status IN (${statuses}) AND ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2) AND ${condition}
     ORDER BY id DESC LIMIT $3)`;
  const rows = await prisma.$queryRawUnsafe<LiveRow[]>(
    `SELECT * FROM (${open(`'PLACED', 'AWAITING_PAYMENT'`)} UNION ALL ${open(`'PAID', 'PREPARING', 'READY'`)}) AS open
     ORDER BY id DESC LIMIT $3`,
    outletId,
    franchiseId,
    limit,
    ...values,
  );
  return rows.map(liveOrder).reverse();
}

/** Those within the scope, archived ones too. */
export async function findLiveOrders(
  { prisma }: OrderDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<LiveOrder[]> {
  const { condition, values } = coveredSql(scope, { after: 1 });
  const rows = await withArchive(
    ids,
    ({ id }: LiveRow) => id,
    (schema, some) =>
      prisma.$queryRawUnsafe<LiveRow[]>(
        `SELECT ${COLUMNS} FROM ${schema}.orders WHERE id = ANY($1::uuid[]) AND ${condition}`,
        some,
        ...values,
      ),
  );
  return rows.map(liveOrder);
}

function liveOrder(row: LiveRow): LiveOrder {
  const { id, liveVersion, liveAt } = row;
  return { id, liveVersion, liveAt, order: orderRecord(row) };
}
