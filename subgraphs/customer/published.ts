/** What the subgraph publishes: events for other subgraphs, and on the bus the notifications of a customer. */
import type { NewEvent } from '../../platform/events/envelope.js';
import type { Redemption } from './domain/reward.js';

/** The bus topic of a customer's notifications; a message is `{ id }` of a new one. */
export function notificationTopic(customerId: string): string {
  return `notification.${customerId}`;
}

export function registeredEvent({ id, name }: { readonly id: string; readonly name: string }): NewEvent {
  const data = { customerId: id, name };
  return { type: 'customer.registered', aggregateId: id, aggregateVersion: 1, data };
}

export function erasedEvent(customerId: string): NewEvent {
  return { type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } };
}

export function pointsEarnedEvent(
  { customerId, orderId }: { readonly customerId: string; readonly orderId: string },
  points: number,
  account: { readonly version: number; readonly points: number },
): NewEvent {
  const data = { customerId, orderId, points, balance: account.points };
  return {
    type: 'loyalty.points-earned',
    aggregateId: customerId,
    aggregateVersion: account.version,
    data,
  };
}

export function redeemedEvent({
  id,
  customerId,
  name,
  points,
  amountOff,
}: Pick<Redemption, 'id' | 'customerId' | 'name' | 'points' | 'amountOff'>): NewEvent {
  const data = { redemptionId: id, customerId, name, amountOff, points };
  return { type: 'reward.redeemed', aggregateId: id, aggregateVersion: 1, data };
}

export function voidedEvent({ id, customerId }: Pick<Redemption, 'id' | 'customerId'>): NewEvent {
  const data = { redemptionId: id, customerId };
  return { type: 'reward.voided', aggregateId: id, aggregateVersion: 2, data };
}
