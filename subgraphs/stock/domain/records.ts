/** Records of the stock tables, as the store answers them. */
import type { CalendarDay } from '../../../platform/kit/calendar.js';

export const UNITS = ['GRAM', 'MILLILITRE', 'PIECE'] as const;
export type Unit = (typeof UNITS)[number];
export const TRACKINGS = ['SHELF', 'COUNT'] as const;
export type Tracking = (typeof TRACKINGS)[number];
export type StockFigure = 'ON_HAND' | 'RESERVED' | 'DRAWN';
export type StockMovementKind =
  | 'OPENING'
  | 'READING'
  | 'DELIVERY'
  | 'COUNT'
  | 'RESERVATION'
  | 'RELEASE'
  | 'CONSUMPTION'
  | 'DRAW'
  | 'DRAW_SETTLED'
  | 'DRAW_LAPSED'
  | 'UNDONE'
  | 'REMAKE'
  | 'SCALES_CHANGED'
  | 'WASTE'
  | 'TRANSFER_OUT'
  | 'TRANSFER_IN';

export interface Ingredient {
  readonly id: string;
  readonly name: string;
  readonly unit: Unit;
}

export interface Outlet {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  /** Null where no event has said it yet. */
  readonly address: string | null;
  readonly timeZone: string;
}

export interface StockItem {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly ingredientId: string;
  readonly tracking: Tracking;
  readonly onHand: number;
  readonly reserved: number;
  readonly drawn: number;
  readonly available: number;
  readonly reorderPoint: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly removedAt: Date | null;
  /** The last change that moved no figure, such as of the reorder point: the version it made, by whom, when, in which trace. */
  readonly editVersion: number | null;
  readonly editedBy: string | null;
  readonly editedAt: Date | null;
  readonly editTraceId: string | null;
}

export interface Shelf {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly stockItemId: string;
  readonly gramsPerUnit: number;
  readonly tareGrams: number;
  /** How long a weight has to stay before it counts; 0: readings count as they come. */
  readonly stableMilliseconds: number;
  /** What stays within it of the weight that counts moves nothing. */
  readonly thresholdGrams: number;
  readonly removedAt: Date | null;
  /** When the last reading that counts arrived, by Kedai's clock. */
  readonly lastReadingAt: Date | null;
  readonly batteryPercent: number | null;
  /** The last status message: true for online; null before the first. */
  readonly isOnline: boolean | null;
  /** When it arrived, by Kedai's clock. */
  readonly statusAt: Date | null;
}

export type ShelfState = 'ONLINE' | 'SILENT' | 'OFFLINE' | 'NOISY' | 'LOW_BATTERY';

/** How a shelf's device is. */
export interface ShelfHealth {
  readonly state: ShelfState;
  /** When it last gave a sign of itself, by Kedai's clock; null where it never did. */
  readonly lastSeenAt: Date | null;
  readonly filteredReadings: number;
}

/** A message that could not be read or taken. */
export interface StoredDeadLetter {
  readonly id: string;
  readonly topic: string;
  /** Its first bytes; all of them where they are `size`. */
  readonly payload: Uint8Array;
  readonly size: number;
  /** A code and, after a colon, what exactly was wrong. */
  readonly reason: string;
  readonly receivedAt: Date;
}

/** Why something changed. Exactly one of order, shelf, delivery and person is set. */
export interface Cause {
  /** The 32 digits of a W3C trace id, written as a uuid. */
  readonly traceId: string;
  readonly orderId: string | null;
  readonly shelfId: string | null;
  readonly bootId: string | null;
  readonly seq: number | null;
  readonly grams: number | null;
  readonly deliveryId: string | null;
  readonly personId: string | null;
  readonly reason: string | null;
}

/** A row of the ledger. */
export interface StockMovement extends Cause {
  readonly id: string;
  readonly stockItemId: string;
  readonly figure: StockFigure;
  readonly delta: number;
  readonly kind: StockMovementKind;
  readonly at: Date;
}

export interface DeliveryLine {
  readonly stockItemId: string;
  readonly quantity: number;
  /** The day until which it is good; null where it was not given. */
  readonly bestBefore: CalendarDay | null;
  /** What had still to come of the order when it was received; null without an order. */
  readonly outstanding: number | null;
  readonly note: string | null;
}

export interface Delivery {
  readonly id: string;
  readonly outletId: string;
  readonly supplier: string | null;
  readonly reference: string | null;
  readonly receivedAt: Date;
  readonly purchaseOrderId: string | null;
  /** The transfer that it was the arrival of; null for none. */
  readonly transferId: string | null;
  readonly lines: readonly DeliveryLine[];
}

/** What was thrown away of an item. */
export interface Waste {
  readonly id: string;
  readonly stockItemId: string;
  readonly quantity: number;
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: Date;
}

/** What is left of a line of a delivery. */
export interface ExpiringBatch {
  /** Sorts by the day, and is unique. */
  readonly key: string;
  readonly stockItemId: string;
  readonly outletId: string;
  readonly deliveryId: string;
  readonly bestBefore: CalendarDay;
  readonly quantity: number;
}

/** A new version of an item's level, as it is announced to those who watch the outlet. */
export interface Level {
  readonly id: string;
  readonly outletId: string;
  readonly version: number;
}

/** What a row of a usage report is of: an item, or an item in an hour or on a day. */
export type UsageGrouping = 'ITEM' | 'HOUR' | 'SHIFT' | 'DAY';

/** A part of an item's ledger. */
export interface UsageSpan {
  readonly stockItemId: string;
  readonly from: Date;
  /** Excluded. */
  readonly to: Date;
}

/** In the item's unit; what was used is positive. */
export interface UsageRow extends UsageSpan {
  readonly expected: number;
  readonly measured: number;
  readonly wasted: number;
  readonly unexplained: number;
  /** Of what is unexplained, in whole rupiah; null where nobody sells it. */
  readonly cost: number | null;
}
