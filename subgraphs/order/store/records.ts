/** Orders and what belongs to them as the rest of the subgraph sees them: plain numbers, dates and lists. */
import { z } from 'zod';
import type { Order, OrderLine } from '../../../prisma/order/client/client.js';
import type { OrderStatus } from '../domain/order-state.js';
import type { PricedLine } from '../domain/pricing.js';

export interface OrderRecord {
  readonly id: string;
  readonly number: string;
  readonly customerId: string;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly status: OrderStatus;
  readonly statusAt: Date;
  readonly statusReason: string | null;
  readonly version: number;
  readonly total: number;
  readonly rewardDiscount: number;
  readonly preparationSeconds: number;
  readonly placedAt: Date;
}

export interface OrderLineRecord extends PricedLine {
  readonly orderId: string;
  readonly position: number;
}

export interface StatusEntry {
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
}

const storedOptions = z.array(z.object({ id: z.string(), name: z.string(), priceDelta: z.number() }));

/** What `orderRecord` needs of a row of `orders`, for statements of our own. */
export const ORDER_COLUMNS = `id, number, customer_id AS "customerId", outlet_id AS "outletId", franchise_id AS "franchiseId",
  status::text, status_at AS "statusAt", status_reason AS "statusReason", version, total,
  reward_discount AS "rewardDiscount", preparation_seconds AS "preparationSeconds", placed_at AS "placedAt"`;

export type StoredOrder = Omit<OrderRecord, 'total' | 'rewardDiscount'> &
  Pick<Order, 'total' | 'rewardDiscount'>;

/** @param row of `orders`, whether Prisma or a statement of ours has read it. */
export function orderRecord(row: StoredOrder): OrderRecord {
  return {
    id: row.id,
    number: row.number,
    customerId: row.customerId,
    outletId: row.outletId,
    franchiseId: row.franchiseId,
    status: row.status,
    statusAt: row.statusAt,
    statusReason: row.statusReason,
    version: row.version,
    total: Number(row.total),
    rewardDiscount: Number(row.rewardDiscount),
    preparationSeconds: row.preparationSeconds,
    placedAt: row.placedAt,
  };
}

export function orderLineRecord({ promotionId, promotionName, ...row }: OrderLine): OrderLineRecord {
  return {
    ...row,
    unitPrice: Number(row.unitPrice),
    discount: Number(row.discount),
    promotion:
      promotionId === null || promotionName === null ? null : { id: promotionId, name: promotionName },
    subtotal: Number(row.subtotal),
    options: storedOptions.parse(row.options),
  };
}
