/** An order, its lines and its status history as records: plain numbers, dates and lists. */
import type { OrderStatus } from './order-state.js';
import type { PricedLine } from './pricing.js';

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
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
}
