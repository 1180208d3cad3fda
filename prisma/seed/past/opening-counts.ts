/** What is counted when outlets open, of the items that run low when the past ends. */

import { CATALOGUE, type SeedStockItem } from '../catalogue.js';
import type { PastPurchase } from './purchases.js';
import { leftOf, runsLow } from './running-low.js';
import type { PastUse } from './stock.js';

export interface PastCount {
  readonly item: SeedStockItem;
  readonly delta: number;
}

/** What was found, when outlets had just opened, of what runs low: as much less as to have it run low when the past ends. */
export function openingCounts(uses: readonly PastUse[], purchases: readonly PastPurchase[]): PastCount[] {
  const moved = new Map<SeedStockItem, number>();
  const move = (item: SeedStockItem, units: number) => moved.set(item, (moved.get(item) ?? 0) + units);
  for (const { needs, wastes } of uses) {
    for (const { item, quantity } of needs) move(item, -quantity);
    for (const { item, quantity } of wastes) move(item, -quantity);
  }
  for (const { lines } of purchases) for (const { item, received } of lines) move(item, received);
  return CATALOGUE.stockItems
    .filter(({ ingredientId }) => runsLow(ingredientId))
    .map((item) => ({ item, delta: leftOf(item) - (moved.get(item) ?? 0) - item.onHand }));
}
