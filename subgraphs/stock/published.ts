/** What the subgraph publishes: events for other subgraphs, and on the bus the levels that changed, for their subscribers. */
import type { BusPayload } from '../../platform/bus/bus.js';
import type { NewEvent } from '../../platform/events/envelope.js';
import type { EventData, PurchaseOrderRef } from '../../platform/events/event-types.js';
import { newId } from '../../platform/ids.js';
import type { PurchaseOrder } from './domain/purchasing/records.js';
import type { Level, StockItem } from './domain/records.js';
import type { ExpiryAlert } from './store/expiry/expiry-alerts.js';
import type { SoldOutChange } from './store/sold-out-items.js';

interface Publisher {
  publish(topic: string, payload: BusPayload): void;
}

/** The bus topic of an outlet's levels. */
export function levelsTopic(outletId: string): string {
  return `stock:${outletId}`;
}

/** The bus topic of what staff took off by hand at an outlet; a message says that something of it changed. */
export function handAvailabilityTopic(outletId: string): string {
  return `stock.hand:${outletId}`;
}

/** The bus topic of what servings take; a message says that something of it changed. */
export const MENU_TOPIC = 'stock.menu';

/**
 * By id and version alone: subscribers read the rows themselves.
 * @param publisher the bus, or a unit of work, which publishes after its commit.
 */
export function publishLevels(publisher: Publisher, levels: readonly Level[]): void {
  for (const { id, outletId, version } of levels) publisher.publish(levelsTopic(outletId), { id, version });
}

/** The events of reservations and movements are written by the database's functions. */
export function lowStockEvent(item: StockItem, ingredientName: string): NewEvent {
  const { id, outletId, franchiseId, available, reorderPoint, version } = item;
  const data = { stockItemId: id, outletId, franchiseId, ingredientName, available, reorderPoint };
  return { type: 'stock.low', aggregateId: id, aggregateVersion: version, data };
}

export function expiringStockEvent({ version, ...data }: ExpiryAlert): NewEvent {
  return {
    type: 'stock.expiring',
    aggregateId: data.stockItemId,
    aggregateVersion: version,
    data,
  };
}

/** Its version is the item's: an order is cancelled once, whatever came before. */
export function reservationWithdrawnEvent(
  { id: stockItemId, outletId, version }: StockItem,
  orderId: string,
): NewEvent {
  const data = { orderId, outletId, stockItemId };
  return { type: 'stock.reservation-withdrawn', aggregateId: orderId, aggregateVersion: version, data };
}

/** As `reservationWithdrawnEvent`. */
export function substitutionProposedEvent(
  { outletId, ingredientId, version }: StockItem,
  orderId: string,
  menuItemId: string,
): NewEvent {
  const data = { orderId, outletId, ingredientId, menuItemId };
  return {
    type: 'stock.substitution-proposed',
    aggregateId: orderId,
    aggregateVersion: version,
    data,
  };
}

/** @param version of the order when its guest accepted. */
export function substitutionDecidedEvent(
  { orderId, outletId }: { readonly orderId: string; readonly outletId: string },
  version: number,
  isReserved: boolean,
): NewEvent {
  const data = { orderId, outletId, isReserved };
  return { type: 'stock.substitution-decided', aggregateId: orderId, aggregateVersion: version, data };
}

/** The steps of an order to a supplier that others learn of, but for deliveries. */
export type PurchaseOrderEvent = `purchase-order.${'approved' | 'sent' | 'closed' | 'cancelled'}`;

/** @param order after the step. */
export function purchaseOrderEvent(type: PurchaseOrderEvent, order: PurchaseOrder): NewEvent {
  return { type, ...ofPurchaseOrder(order), data: purchaseOrderRef(order) };
}

/** @param order after the delivery. */
export function purchaseOrderReceivedEvent(order: PurchaseOrder, deliveryId: string): NewEvent {
  const data = { ...purchaseOrderRef(order), deliveryId };
  return { type: 'purchase-order.received', ...ofPurchaseOrder(order), data };
}

function ofPurchaseOrder({ id, version }: PurchaseOrder) {
  return { aggregateId: id, aggregateVersion: version };
}

function purchaseOrderRef({ id: purchaseOrderId, status, ...order }: PurchaseOrder): PurchaseOrderRef {
  if (status === 'DRAFT') throw new Error('A draft has taken no step');
  const { number, outletId, franchiseId, supplierId, total, expectedOn } = order;
  return { purchaseOrderId, number, outletId, franchiseId, supplierId, status, total, expectedOn };
}

/** @param facts those of `PURCHASE_ORDER`. */
export function purchaseOrderMailEvent(to: string, facts: Readonly<Record<string, string>>): NewEvent {
  const mailId = newId();
  return {
    ...{ type: 'mail.requested', aggregateId: mailId, aggregateVersion: 1 },
    data: {
      ...{ mailId, customerId: null, to, kind: 'PURCHASE_ORDER', language: 'id', link: null },
      facts: { ...facts },
    },
  };
}

export function limitedAvailabilityEvent(
  stockItemId: string,
  version: number,
  data: EventData['stock.limited-availability-changed'],
): NewEvent {
  return {
    type: 'stock.limited-availability-changed',
    aggregateId: stockItemId,
    aggregateVersion: version,
    data,
  };
}

/** @param at when it was found. */
export function soldOutEvent({ version, ...change }: SoldOutChange, at: Date): NewEvent {
  return {
    type: 'stock.sold-out-changed',
    aggregateId: `${change.menuItemId}:${change.outletId}`,
    aggregateVersion: version,
    data: { ...change, at: at.toISOString() },
  };
}
