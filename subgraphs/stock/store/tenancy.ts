/** The wall between tenants, for every query: rows outside the scope are as if they were not there. */
import { notFound } from '../../../platform/errors.js';
import { covers, type Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Outlet } from '../../../prisma/stock/client/client.js';
import type { StockDatabase, Transaction } from './database.js';

/** Prisma's condition on rows that carry a franchise and an outlet. */
export function within({ everywhere, franchiseIds, outletIds }: Scope) {
  if (everywhere) return {};
  return { OR: [{ franchiseId: { in: [...franchiseIds] } }, { outletId: { in: [...outletIds] } }] };
}

/** @throws NOT_FOUND for an outlet that does not exist or lies outside the scope. */
export async function outletWithin(
  client: StockDatabase['prisma'] | Transaction,
  scope: Scope,
  outletId: string,
): Promise<Outlet> {
  const outlet = isId(outletId) ? await client.outlet.findUnique({ where: { id: outletId } }) : null;
  if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId }))
    throw notFound('Outlet');
  return outlet;
}
