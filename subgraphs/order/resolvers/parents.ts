/** What a resolver's parent is, where it is not the type's own fields. */
import type { OrderStatus } from '../domain/order-state.js';
import type { PricedOption } from '../domain/pricing.js';
import type { CartLineRecord, CartRecord } from '../store/carts.js';
import type { OrderLineRecord, OrderRecord } from '../store/records.js';
import type { SalesGrouping, SalesRow } from '../store/sales-report.js';

export type Order = OrderRecord;
export type OrderLine = OrderLineRecord;
export type OrderLineOption = PricedOption;
export type Cart = CartRecord;
/** With its outlet, whose prices it has. */
export type CartLine = CartLineRecord;

export interface OrderStatusChange {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly at: Date;
}

export interface KitchenQueueChange {
  readonly outletId: string;
  readonly orderId: string | null;
  readonly at: Date;
}

export interface SalesReportRow extends SalesRow {
  readonly by: SalesGrouping;
}

/** Owned elsewhere: its id is all there is here. */
export interface Customer {
  readonly id: string;
}

export interface Outlet {
  readonly id: string;
}

export interface MenuItem {
  readonly id: string;
}

export interface Promotion {
  readonly id: string;
  /** Where a line or cart shows it. */
  readonly name?: string;
}
