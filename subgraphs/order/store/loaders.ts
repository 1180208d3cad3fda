/** Batched reads of one operation: one query for each kind of record, however many are loaded. */
import DataLoader from 'dataloader';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import {
  type ListLoader,
  type LoaderById,
  listLoaderById,
  loaderById,
  loaderPerArguments,
} from '../../../platform/kit/loaders.js';
import type { Page } from '../../../platform/kit/paging.js';
import type { CartLineRecord, CartRecord } from '../domain/cart.js';
import type { NamedItem } from '../domain/english-names.js';
import type { OrderGuest, OrderLineRecord, OrderRecord, StatusEntry } from '../domain/order.js';
import type { RejectedLine } from '../domain/rejection.js';
import { findCartLines, findCarts, findOwnCartLines } from './carts.js';
import type { OrderDatabase } from './database.js';
import { findGuests } from './guests.js';
import { findItemNames } from './item-names.js';
import {
  findHistories,
  findLines,
  findRejectedLines,
  findSecondsBefore,
  findSpentRedemptions,
} from './order-details.js';
import { findOrderCounts, findOrderPages, findOrders, type OrderFilter } from './orders.js';
import { findStations, type Stations } from './stations.js';

export interface Loaders {
  /** Null for what does not exist or is not the caller's to see. */
  readonly order: LoaderById<OrderRecord>;
  readonly lines: ListLoader<OrderLineRecord>;
  readonly statusHistory: ListLoader<StatusEntry>;
  /** Spent on an order. */
  readonly redemptionIds: DataLoader<string, readonly string[]>;
  /** What an order's lines were rejected for. */
  readonly rejectedLines: DataLoader<string, readonly RejectedLine[]>;
  readonly secondsBefore: DataLoader<OrderRecord, number, string>;
  /** Where an outlet's items are made, for its staff; nothing for others. */
  readonly stations: DataLoader<string, Stations>;
  /** What an item is called now. */
  readonly itemNames: LoaderById<NamedItem>;
  /** What a guest at the counter is called by, for the outlet's staff; by order. */
  readonly guest: LoaderById<OrderGuest>;
  readonly cart: LoaderById<CartRecord>;
  /** By cart. */
  readonly cartLines: ListLoader<CartLineRecord>;
  readonly ownCartLine: LoaderById<CartLineRecord>;
  /** The rows of a page, by outlet or customer. */
  ordersOf(request: OrderFilter & { readonly page: Page }): ListLoader<OrderRecord>;
  orderCount(filter: OrderFilter): DataLoader<string, number>;
}

export function createLoaders(database: OrderDatabase, identity: Identity): Loaders {
  const scope = scopeFor(identity, 'orders:read');
  const { customerId } = identity;
  return {
    order: loaderById((ids) => findOrders(database, scope, ids)),
    lines: listLoaderById(
      (ids) => findLines(database, ids),
      ({ orderId }) => orderId,
    ),
    statusHistory: listLoaderById(
      (ids) => findHistories(database, ids),
      ({ orderId }) => orderId,
    ),
    redemptionIds: new DataLoader((ids) => findSpentRedemptions(database.prisma, ids)),
    rejectedLines: new DataLoader((ids) => findRejectedLines(database, ids)),
    secondsBefore: new DataLoader((orders) => findSecondsBefore(database, orders), {
      cacheKeyFn: ({ id }) => id,
    }),
    stations: new DataLoader((outletIds) => findStations(database, outletIds)),
    itemNames: loaderById((ids) => findItemNames(database, ids)),
    guest: loaderById(async (ids) => {
      const guests = await findGuests(database, ids);
      return guests.map(({ orderId, ...guest }) => ({ ...guest, id: orderId }));
    }),
    cart: loaderById((ids) => findCarts(database, customerId, ids)),
    cartLines: listLoaderById(
      (ids) => findCartLines(database, ids),
      ({ cartId }) => cartId,
    ),
    ownCartLine: loaderById((ids) => findOwnCartLines(database, customerId, ids)),
    ordersOf: loaderPerArguments(({ page, ...filter }: OrderFilter & { readonly page: Page }) =>
      listLoaderById(
        (ids) => findOrderPages(database, scope, filter, ids, page),
        filter.owner === 'outlet' ? ({ outletId }) => outletId : (order) => order.customerId ?? '',
      ),
    ),
    orderCount: loaderPerArguments(
      (filter: OrderFilter) =>
        new DataLoader((ids: readonly string[]) => findOrderCounts(database, scope, filter, ids)),
    ),
  };
}
