/**
 * What an order that dies unfinished gives back: its pieces of limited promotions, to be ordered by others, and its
 * redemptions, whose points the customer subgraph returns. An order dies once, so both come back once.
 */

import type { OrderWork, Transaction } from './database.js';
import { COPIES_TOPIC } from './menu-read-model.js';
import type { OrderRecord } from './records.js';
import { findSpentRedemptions } from './redemptions.js';

export interface VoidedOrder {
  readonly order: OrderRecord;
  /** What is told of it is told there. */
  readonly work: OrderWork;
}

export async function releaseDiscounts(tx: Transaction, casualties: readonly VoidedOrder[]): Promise<void> {
  if (casualties.length === 0) return;
  const promotions = await returnPieces(
    tx,
    casualties.map(({ order }) => order.id),
  );
  for (const { id } of promotions) casualties[0]?.work.publish(COPIES_TOPIC, { copy: 'promotion', part: id });
  const rewarded = casualties.filter(({ order }) => order.rewardDiscount > 0);
  if (rewarded.length === 0) return;
  const redemptions = await findSpentRedemptions(
    tx,
    rewarded.map(({ order }) => order.id),
  );
  for (const [index, { order, work }] of rewarded.entries()) {
    for (const redemptionId of redemptions[index] ?? []) {
      const data = { redemptionId, orderId: order.id, customerId: order.customerId };
      work.emit({ type: 'order.reward-returned', aggregateId: redemptionId, aggregateVersion: 2, data });
    }
  }
}

/** @returns the promotions that have more left now. */
async function returnPieces(tx: Transaction, orderIds: string[]): Promise<{ id: string }[]> {
  return tx.$queryRaw`
    WITH back AS MATERIALIZED (
      SELECT promotion_id AS id, sum(quantity)::int AS pieces FROM order_line
      WHERE order_id = ANY(${orderIds}::uuid[]) AND promotion_id IS NOT NULL GROUP BY 1
    ), locked AS MATERIALIZED (
      SELECT id FROM promotion_copy WHERE quantity IS NOT NULL AND id IN (SELECT id FROM back) ORDER BY id FOR UPDATE
    )
    UPDATE promotion_copy SET used = used - back.pieces, version = version + 1
    FROM back JOIN locked USING (id) WHERE promotion_copy.id = back.id
    RETURNING promotion_copy.id`;
}
