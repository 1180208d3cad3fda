/** An order, its lines and its status history as records: plain numbers, dates and lists. */
import type { OrderCharges } from '../../../platform/order-charges.js';
import type { OrderStatus } from './order-state.js';
import type { PricedLine } from './pricing.js';

/** RUSH goes first in the kitchen's queue. */
export type OrderPriority = 'NORMAL' | 'RUSH';

export type DrinkOutcome = 'WASTED' | 'GIVEN_AWAY';

export interface OrderRecord extends OrderCharges {
  readonly id: string;
  readonly number: string;
  /** Null for a guest without an account, whose order staff took. */
  readonly customerId: string | null;
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
  readonly priority: OrderPriority;
  /** What became of the drink of an order that was cancelled while it was made; null for any other. */
  readonly drink: DrinkOutcome | null;
  /** When the guest wants it; null for as soon as it is ready. */
  readonly pickupAt: Date | null;
  /** Who took it at the counter; null for an order that its customer placed. */
  readonly placedBy: string | null;
  /** A part of its total was captured, before that was met. */
  readonly isPartPaid: boolean;
  /** What its guest is offered in place of what ran out, or has taken; null for nothing. */
  readonly substitution: Substitution | null;
}

/** An item that the guest is offered in place of lines whose ingredients ran out. */
export interface Substitution {
  readonly menuItemId: string;
  /** As the chain wrote it when it was offered. */
  readonly name: string;
  /** Of the lines that it is in place of. */
  readonly positions: readonly number[];
  /**
   * OFFERED: the guest may accept. ACCEPTED: stock is asked for it, and the order is not begun before it answers. TAKEN: it is made.
   * FAILED: it has run out, too, and the order is as before.
   */
  readonly status: 'OFFERED' | 'ACCEPTED' | 'TAKEN' | 'FAILED';
  readonly offeredAt: Date;
}

/** What a guest at the counter is called by. */
export interface OrderGuest {
  readonly name: string | null;
  readonly table: string | null;
}

export interface OrderLineRecord extends PricedLine {
  readonly orderId: string;
  readonly position: number;
  /** When the kitchen said that the line is ready, before the order was. */
  readonly readyAt: Date | null;
  /** How often it was made again. */
  readonly timesRemade: number;
}

export interface StatusEntry {
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
}

export function lineIdOf(orderId: string, position: number): string {
  return `${orderId}.${position}`;
}

/** Null for what is not the id of a line of the order. */
export function positionOf(lineId: string, orderId: string): number | null {
  const position = Number(lineId.slice(orderId.length + 1));
  return Number.isSafeInteger(position) && lineIdOf(orderId, position) === lineId ? position : null;
}
