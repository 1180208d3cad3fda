/** `Query`, within the caller's outlets. */
import { notFound } from '../../../platform/errors.js';
import { calendarDay } from '../../../platform/kit/calendar.js';
import { connectionOf, idPageOf, pageOf } from '../../../platform/kit/paging.js';
import { placeOf } from '../../../platform/kit/requested-place.js';
import type { QueryResolvers } from '../../../schema/types/stock.js';
import { exportStock } from '../operations/bulk/export-stock.js';
import { listStockCounts } from '../operations/counts/list-stock-counts.js';
import { listShelves } from '../operations/list-shelves.js';
import { listExpiringStock, listWaste } from '../operations/list-waste.js';
import { listPurchaseOrders, listSuppliers } from '../operations/purchasing/list-purchasing.js';
import { suggestPurchases } from '../operations/purchasing/suggest-purchases.js';
import { reportUsage } from '../operations/report-usage.js';
import { listTransfers } from '../operations/transfers/list-transfers.js';
import { countDeadLetters, findDeadLetterPage } from '../store/dead-letters.js';
import { findIngredients } from '../store/ingredients.js';
import { found } from './found.js';
import { itemsOfOutlet } from './outlet.js';

export const Query: QueryResolvers = {
  stockItems: (_parent, { outletId, ...args }, context) => itemsOfOutlet(context, outletId, args),

  async stockItem(_parent, { id }, { loaders }) {
    const item = await loaders.item.load(id);
    if (item === null) throw notFound('Stock item');
    return item;
  },

  ingredients: (_parent, _args, { database }) => findIngredients(database),

  suppliers: (_parent, { scope, ingredientId, isActive, ...page }, context) =>
    listSuppliers(
      context,
      { ...placeOf(scope), ingredientId: ingredientId ?? null, isActive: isActive ?? null },
      idPageOf(page),
    ),

  supplier: (_parent, { id }, { loaders }) => found(loaders.supplier.load(id), 'Supplier'),

  purchaseOrders: (_parent, { scope, status, supplierId, ...page }, context) =>
    listPurchaseOrders(
      context,
      {
        ...placeOf(scope),
        statuses: status == null ? null : [...status],
        supplierId: supplierId ?? null,
      },
      idPageOf(page),
    ),

  purchaseOrder: (_parent, { id }, { loaders }) => found(loaders.purchaseOrder.load(id), 'Purchase order'),

  purchaseSuggestions: (_parent, { outletId, first, after }, context) =>
    suggestPurchases(context, { outletId, first, after: after ?? null }),

  waste: (_parent, { scope, stockItemId, from, to, ...page }, context) =>
    listWaste(
      context,
      {
        ...placeOf(scope),
        ...{ stockItemId: stockItemId ?? null, from: from ?? null, to: to ?? null },
      },
      idPageOf(page),
    ),

  expiringStock: (_parent, { scope, until, ...page }, context) =>
    listExpiringStock(
      context,
      { ...placeOf(scope), until: until == null ? null : calendarDay(until) },
      pageOf(page),
    ),

  stockCounts: (_parent, { scope, state, ...page }, context) =>
    listStockCounts(
      context,
      { ...placeOf(scope), statuses: state == null ? null : [...state] },
      idPageOf(page),
    ),

  stockCount: (_parent, { id }, { loaders }) => found(loaders.stockCount.load(id), 'Stock count'),

  transfers: (_parent, { scope, state, ingredientId, ...page }, context) =>
    listTransfers(
      context,
      {
        ...placeOf(scope),
        statuses: state == null ? null : [...state],
        ingredientId: ingredientId ?? null,
      },
      idPageOf(page),
    ),

  transfer: (_parent, { id }, { loaders }) => found(loaders.transfer.load(id), 'Transfer'),

  usageReport: (_parent, { scope, stockItemId, asOf, ...request }, context) =>
    reportUsage(context, {
      ...{ ...request, ...placeOf(scope) },
      ...{ stockItemId: stockItemId ?? null, asOf: asOf ?? null },
    }),

  exportStock: (_parent, { kind, outletId, ...page }, context) =>
    exportStock(context, { ...page, kind, outletId: outletId ?? null }),

  shelves: (_parent, { scope, state, ...page }, context) =>
    listShelves(context, { place: placeOf(scope), states: state ?? null }, idPageOf(page)),

  async deadLetters(_parent, args, { database }) {
    const page = idPageOf(args);
    const letters = await findDeadLetterPage(database, page);
    return connectionOf(
      page,
      letters,
      ({ id }) => id,
      () => countDeadLetters(database),
    );
  },
};
