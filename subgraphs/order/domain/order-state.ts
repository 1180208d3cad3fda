/** The states of an order and who may move it from one to another: one table, and nothing else decides. */
export type OrderStatus =
  | 'PLACED'
  | 'AWAITING_PAYMENT'
  | 'PAID'
  | 'PREPARING'
  | 'READY'
  | 'COMPLETED'
  | 'REJECTED'
  | 'CANCELLED'
  | 'REFUNDED';

/** `manager` is whoever of the staff may cancel; `clock` is time running out. */
export type Actor = 'guest' | 'kitchen' | 'manager' | 'stock' | 'payment' | 'clock';

export const TRANSITIONS: Readonly<
  Record<OrderStatus, Readonly<Partial<Record<OrderStatus, readonly Actor[]>>>>
> = {
  PLACED: { AWAITING_PAYMENT: ['stock'], REJECTED: ['stock'], CANCELLED: ['guest', 'manager'] },
  AWAITING_PAYMENT: { PAID: ['payment'], CANCELLED: ['guest', 'manager', 'clock'] },
  PAID: { PREPARING: ['kitchen'], CANCELLED: ['guest', 'manager'], REFUNDED: ['payment'] },
  PREPARING: { READY: ['kitchen'], REFUNDED: ['payment'] },
  READY: { COMPLETED: ['kitchen'], REFUNDED: ['payment'] },
  COMPLETED: { REFUNDED: ['payment'] },
  REJECTED: {},
  // Only what had been paid: see `settle` in order-lifecycle.ts.
  CANCELLED: { REFUNDED: ['payment'] },
  REFUNDED: {},
};

export function mayMove(from: OrderStatus, to: OrderStatus, actor: Actor): boolean {
  return TRANSITIONS[from][to]?.includes(actor) ?? false;
}

/** Orders that the kitchen has before it. */
export const KITCHEN_STATUSES = ['PAID', 'PREPARING', 'READY'] as const satisfies readonly OrderStatus[];

export function isInKitchen(status: OrderStatus): boolean {
  return KITCHEN_STATUSES.some((one) => one === status);
}

/** Orders that count as sold. */
export function isSale(status: OrderStatus): boolean {
  return isInKitchen(status) || status === 'COMPLETED';
}

/** Orders that cannot go on: what is captured for them is given back. */
export function isVoided(status: OrderStatus): boolean {
  return status === 'REJECTED' || status === 'CANCELLED' || status === 'REFUNDED';
}

/** The one step on which an order gives back what it held of promotions and rewards: dying before it was handed out. */
export function isVoidedBeforeHandover(from: OrderStatus, to: OrderStatus): boolean {
  return isVoided(to) && !isVoided(from) && from !== 'COMPLETED';
}
