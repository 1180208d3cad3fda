/** What the subgraph publishes: events for other subgraphs, and on the bus the change of an order for its subscribers. */
import type { NewEvent } from '../../platform/events/envelope.js';
import type { OrderRef, PaidReceipt, SalesChanged, StepUndone } from '../../platform/events/event-types.js';
import type { RecipeLine } from './domain/menu.js';
import type { OrderRecord } from './domain/order.js';
import type { OrderFacts, Remake, SubstitutionTrigger } from './domain/order-lifecycle.js';
import type { OrderStatus } from './domain/order-state.js';
import type { PricedLine } from './domain/pricing.js';
import type { SoldOutLine } from './domain/rejection.js';
import { mayBeSubstituted } from './domain/substitution.js';

/** The bus topic of an order's changes; a message is `{ id, version }` of the order. */
export function orderTopic(orderId: string): string {
  return `order:${orderId}`;
}

/** The bus topic of an outlet's kitchen; a message is `{ id, version }` of the order that changed. */
export function kitchenTopic(outletId: string): string {
  return `kitchen:${outletId}`;
}

export interface PlacedOrder {
  readonly order: OrderRecord;
  readonly lines: readonly PricedLine[];
  readonly requirements: readonly RecipeLine[];
  readonly redemptionIds: readonly string[];
}

/** The events of a new order: that it was placed, and each reward applied to it. */
export function placedEvents({ order, lines, requirements, redemptionIds }: PlacedOrder): NewEvent[] {
  const { id, total } = order;
  const placed: NewEvent = {
    type: 'order.placed',
    aggregateId: id,
    aggregateVersion: 1,
    data: {
      ...{ ...refOf(order), total },
      placedAt: order.placedAt.toISOString(),
      lines: lines.map(({ menuItemId, name, quantity, subtotal, unitPrice, discount, options }) => ({
        ...{ menuItemId, name, quantity, subtotal, unitPrice },
        ...(discount !== 0 && { discount }),
        ...(options.length > 0 && { options: options.map((option) => option.name) }),
      })),
      ...chargesOf(order),
      requirements: requirements.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
    },
  };
  const applied = redemptionIds.map((redemptionId): NewEvent => {
    const data = { redemptionId, orderId: id, customerId: spenderOf(order) };
    return { type: 'order.reward-applied', aggregateId: redemptionId, aggregateVersion: 1, data };
  });
  return [placed, ...applied];
}

export function rewardReturnedEvent(order: OrderRecord, redemptionId: string): NewEvent {
  const data = { redemptionId, orderId: order.id, customerId: spenderOf(order) };
  return { type: 'order.reward-returned', aggregateId: redemptionId, aggregateVersion: 2, data };
}

/** The statuses whose events can say what the change added to the sales figures. */
export function saysSales(status: OrderStatus | undefined): boolean {
  return status === 'PAID' || status === 'CANCELLED' || status === 'REFUNDED';
}

/** What the event of a status says besides it. */
export interface StatusDetails {
  /** What the change of status added to the sales figures, if `saysSales`. */
  readonly changed?: SalesChanged;
  /** The lines that take what ran out, of an order that was rejected. */
  readonly soldOut?: readonly SoldOutLine[] | undefined;
  /** What was paid for, of an order that is PAID. */
  readonly lines?: readonly ReceiptLine[];
}

interface ReceiptLine extends Pick<PricedLine, 'name' | 'quantity' | 'subtotal'> {
  readonly optionNames: readonly string[];
}

/** The event of an order's new status. */
export function orderEvent(
  order: OrderRecord,
  { paymentId, statusReason, drink }: OrderFacts,
  status: OrderStatus,
  version: number,
  { changed = {}, soldOut = [], lines = [] }: StatusDetails = {},
): NewEvent {
  const { id, total } = order;
  const envelope = { aggregateId: id, aggregateVersion: version };
  const ref = refOf(order);
  const reason = statusReason ?? '';
  switch (status) {
    case 'AWAITING_PAYMENT':
      return { ...envelope, type: 'order.awaiting-payment', data: { ...ref, total } };
    case 'PAID':
      if (paymentId === null) throw new Error(`Order ${id} is PAID without a payment`);
      return {
        ...envelope,
        type: 'order.paid',
        data: { ...ref, paymentId, total, ...receiptOf(order, lines), ...changed },
      };
    case 'PREPARING':
      return { ...envelope, type: 'order.preparing', data: ref };
    case 'READY':
      return { ...envelope, type: 'order.ready', data: ref };
    case 'COMPLETED':
      return { ...envelope, type: 'order.completed', data: { ...ref, total } };
    case 'REJECTED':
      return {
        ...{ ...envelope, type: 'order.rejected' },
        data: { ...ref, reason, ...(soldOut.length > 0 && { soldOut: soldOut.map(soldOutOf) }) },
      };
    case 'CANCELLED':
      return {
        ...{ ...envelope, type: 'order.cancelled' },
        data: { ...ref, reason, ...(drink === null ? {} : { drink }), ...changed },
      };
    case 'REFUNDED':
      return { ...envelope, type: 'order.refunded', data: { ...ref, total, ...changed } };
    case 'PLACED':
      throw new Error('A placed order has the events of placedEvents');
  }
}

/** For an order whose customer is written to. */
function receiptOf(order: OrderRecord, lines: readonly ReceiptLine[]): { receipt?: PaidReceipt } {
  if (order.customerId === null || lines.length === 0) return {};
  return {
    receipt: {
      lines: lines.map(({ name, quantity, subtotal, optionNames }) => ({
        ...{ name, quantity, subtotal },
        ...(optionNames.length > 0 && { options: [...optionNames] }),
      })),
      ...chargesOf(order),
    },
  };
}

/** What an order's total has beside its lines; what is nothing is left out. */
function chargesOf({ rewardDiscount, serviceCharge, taxes, rounding }: OrderRecord) {
  return {
    ...(rewardDiscount !== 0 && { rewardDiscount }),
    ...(serviceCharge !== 0 && { serviceCharge }),
    ...(taxes.length > 0 && { taxes: [...taxes] }),
    ...(rounding !== 0 && { rounding }),
  };
}

function soldOutOf({ menuItemId, name, ingredientIds }: SoldOutLine) {
  return { menuItemId, name, ingredientIds: [...ingredientIds] };
}

export function linesRemadeEvent(
  order: OrderRecord,
  { lines, requirements }: Remake,
  version: number,
): NewEvent {
  return {
    type: 'order.lines-remade',
    aggregateId: order.id,
    aggregateVersion: version,
    data: {
      ...refOf(order),
      lines: lines.map(({ menuItemId, name, quantity }) => ({ menuItemId, name, quantity })),
      requirements: requirements.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
    },
  };
}

/** @param order after the change: its substitution says what became of it. */
export function substitutionChangedEvent(
  order: OrderRecord,
  trigger: SubstitutionTrigger,
  version: number,
): NewEvent {
  const { substitution, status: orderStatus } = order;
  if (substitution === null || !mayBeSubstituted(orderStatus)) {
    throw new Error(`Order ${order.id}, which is ${orderStatus}, has nothing in place of something`);
  }
  const { menuItemId, name, status } = substitution;
  return {
    type: 'order.substitution-changed',
    aggregateId: order.id,
    aggregateVersion: version,
    data: {
      ...{ ...refOf(order), menuItemId, name, status, orderStatus },
      ...(trigger.type === 'substitute-accepted' && {
        released: trigger.released.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
        requirements: trigger.requirements.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
      }),
    },
  };
}

/** @param status that the order has again, and `version` its version with it. */
export function stepUndoneEvent(order: OrderRecord, status: OrderStatus, version: number): NewEvent {
  return {
    type: 'order.step-undone',
    aggregateId: order.id,
    aggregateVersion: version,
    data: { ...refOf(order), ...stepUndone(status) },
  };
}

function stepUndone(status: OrderStatus): StepUndone {
  switch (status) {
    case 'PAID':
      return { undone: 'PREPARING', status };
    case 'PREPARING':
      return { undone: 'READY', status };
    case 'READY':
      return { undone: 'COMPLETED', status };
    default:
      throw new Error(`No step of the kitchen is undone to ${status}`);
  }
}

/** The event of an order whose share in the sales figures changed, and its status did not. */
export function saleChangedEvent(order: OrderRecord, changed: SalesChanged): NewEvent {
  const data = { ...refOf(order), ...changed };
  return { type: 'order.sale-changed', aggregateId: order.id, aggregateVersion: order.version, data };
}

function refOf({ id, number, customerId, outletId, franchiseId, placedBy }: OrderRecord): OrderRef {
  const ref = { orderId: id, number, customerId, outletId, franchiseId };
  return placedBy === null ? ref : { ...ref, isCounter: true };
}

/** Rewards are spent by members alone. */
function spenderOf({ id, customerId }: OrderRecord): string {
  if (customerId === null) throw new Error(`Order ${id} of no customer spends a reward`);
  return customerId;
}
