/** Batched reads of one operation: one query for each kind of thing, however many of it the operation asks for. */
import DataLoader from 'dataloader';
import { type Identity, type Scope, scopeFor } from '../../../platform/identity/identity.js';
import type { Page } from '../../../platform/paging.js';
import type { OrderStatus } from '../domain/order-state.js';
import { type CartLineRecord, type CartRecord, findCartLines, findCarts, findOwnCartLines } from './carts.js';
import type { OrderDatabase } from './database.js';
import { findHistories, findLines, findSecondsBefore } from './order-details.js';
import { findOrderPages, findOrders, type OrderList } from './orders.js';
import type { OrderLineRecord, OrderRecord, StatusEntry } from './records.js';
import { findSpentRedemptions } from './redemptions.js';

export interface Loaders {
  /** Null for what does not exist or is not the caller's to see. */
  readonly orders: DataLoader<string, OrderRecord | null>;
  readonly lines: DataLoader<string, readonly OrderLineRecord[]>;
  readonly histories: DataLoader<string, readonly StatusEntry[]>;
  /** Spent on an order. */
  readonly redemptionIds: DataLoader<string, readonly string[]>;
  readonly secondsBefore: DataLoader<OrderRecord, number, string>;
  readonly carts: DataLoader<string, CartRecord | null>;
  /** By cart. */
  readonly cartLines: DataLoader<string, readonly CartLineRecord[]>;
  readonly ownCartLines: DataLoader<string, CartLineRecord | null>;
  /** The page of one outlet's or customer's orders; equal pages of several are one query. */
  page(list: OrderList, page: Page, statuses: readonly OrderStatus[] | null): Promise<readonly OrderRecord[]>;
}

export function createLoaders(database: OrderDatabase, identity: Identity): Loaders {
  const scope: Scope = scopeFor(identity, 'orders:read');
  const pages = new Map<string, DataLoader<string, readonly OrderRecord[]>>();
  return {
    orders: new DataLoader((ids) => findOrders(database, scope, ids)),
    lines: new DataLoader((ids) => findLines(database, ids)),
    histories: new DataLoader((ids) => findHistories(database, ids)),
    redemptionIds: new DataLoader((ids) => findSpentRedemptions(database.prisma, ids)),
    secondsBefore: new DataLoader((orders) => findSecondsBefore(database, orders), {
      cacheKeyFn: ({ id }) => id,
    }),
    carts: new DataLoader((ids) => findCarts(database, identity.customerId, ids)),
    cartLines: new DataLoader((ids) => findCartLines(database, ids)),
    ownCartLines: new DataLoader((ids) => findOwnCartLines(database, identity.customerId, ids)),
    page({ owner, ownerId }, page, statuses) {
      const key = JSON.stringify([owner, page, statuses]);
      const known =
        pages.get(key) ??
        new DataLoader((ids: readonly string[]) =>
          findOrderPages(database, scope, owner, ids, page, statuses),
        );
      pages.set(key, known);
      return known.load(ownerId);
    },
  };
}
