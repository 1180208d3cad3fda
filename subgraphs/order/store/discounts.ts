/**
 * Returns the discounts of orders voided before handover: units of limited promotions, for others to order, and redemptions,
 * whose points the customer subgraph gives back. An order is voided once, so both are returned once.
 */
import type { OrderRecord } from '../domain/order.js';
import { rewardReturnedEvent } from '../published.js';
import type { OrderWork, Transaction } from './database.js';
import { COPIES_TOPIC } from './menu-read-model.js';
import { findSpentRedemptions } from './order-details.js';

export interface VoidedOrder {
  readonly order: OrderRecord;
  /** Where its events are emitted. */
  readonly work: OrderWork;
}

export async function returnDiscounts(tx: Transaction, voided: readonly VoidedOrder[]): Promise<void> {
  if (voided.length === 0) return;
  const promotions = await returnUnits(
    tx,
    voided.map(({ order }) => order.id),
  );
  for (const { id } of promotions) voided[0]?.work.publish(COPIES_TOPIC, { copy: 'promotion', part: id });
  const rewarded = voided.filter(({ order }) => order.rewardDiscount > 0);
  if (rewarded.length === 0) return;
  const redemptions = await findSpentRedemptions(
    tx,
    rewarded.map(({ order }) => order.id),
  );
  for (const [index, { order, work }] of rewarded.entries()) {
    for (const redemptionId of redemptions[index] ?? []) {
      work.emit(rewardReturnedEvent(order, redemptionId));
    }
  }
}

/** @returns the promotions that have more units left. */
async function returnUnits(tx: Transaction, orderIds: string[]): Promise<{ id: string }[]> {
  return tx.$queryRaw`SELECT id FROM return_promotion_units(${orderIds}::uuid[]) AS id`;
}
