/** `suppliers` and `purchaseOrders`: lists for staff, within what the caller may see. */
import { scopeFor } from '../../../../platform/identity/identity.js';
import { idForFilter } from '../../../../platform/ids.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import { type RequestedPlace, requirePlace } from '../../../../platform/kit/requested-place.js';
import type { Context } from '../../context.js';
import type { PurchaseOrder, Supplier } from '../../domain/purchasing/records.js';
import { knownPlaces } from '../../store/outlets.js';
import { findPurchaseOrderPage, type PurchaseOrderFilter } from '../../store/purchasing/purchase-orders.js';
import { findSupplierPage, type SupplierFilter } from '../../store/purchasing/suppliers.js';

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listSuppliers(
  { database, identity }: Context,
  { outletId, franchiseId, ingredientId, isActive }: RequestedPlace & SupplierFilter,
  page: Page,
): Promise<CountedConnection<Supplier>> {
  const scope = scopeFor(identity, 'purchasing:read');
  const places = knownPlaces(database);
  await requirePlace(scope, { outletId, franchiseId }, places);
  const ofOutlet = outletId === null ? null : await places.franchiseOf(outletId);
  const filter = { franchiseId: ofOutlet ?? franchiseId, ingredientId: idForFilter(ingredientId), isActive };
  return findSupplierPage(database, scope, filter, page);
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listPurchaseOrders(
  { database, identity }: Context,
  filter: PurchaseOrderFilter,
  page: Page,
): Promise<CountedConnection<PurchaseOrder>> {
  const scope = scopeFor(identity, 'purchasing:read');
  await requirePlace(scope, filter, knownPlaces(database));
  const supplierId = idForFilter(filter.supplierId);
  return findPurchaseOrderPage(database, scope, { ...filter, supplierId }, page);
}
