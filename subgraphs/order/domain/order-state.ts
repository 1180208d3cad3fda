/** The statuses of an order and who may move it from one to another. This table alone decides. */
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

/**
 * `manager` is staff who may cancel; `undo` is the kitchen when it takes a step back, `remake` when it makes lines a second time; `clock` is the
 * payment window.
 */
export type Actor = 'guest' | 'kitchen' | 'undo' | 'remake' | 'manager' | 'stock' | 'payment' | 'clock';

export const TRANSITIONS: Readonly<
  Record<OrderStatus, Readonly<Partial<Record<OrderStatus, readonly Actor[]>>>>
> = {
  PLACED: { AWAITING_PAYMENT: ['stock'], REJECTED: ['stock'], CANCELLED: ['guest', 'manager'] },
  AWAITING_PAYMENT: { PAID: ['payment'], CANCELLED: ['guest', 'manager', 'clock'] },
  PAID: { PREPARING: ['kitchen'], CANCELLED: ['guest', 'manager'], REFUNDED: ['payment'] },
  PREPARING: { READY: ['kitchen'], PAID: ['undo'], CANCELLED: ['kitchen'], REFUNDED: ['payment'] },
  READY: {
    COMPLETED: ['kitchen'],
    PREPARING: ['undo', 'remake'],
    CANCELLED: ['kitchen'],
    REFUNDED: ['payment'],
  },
  COMPLETED: { READY: ['undo'], PREPARING: ['remake'], REFUNDED: ['payment'] },
  REJECTED: {},
  // Only an order that was PAID: see `settle` in order-lifecycle.ts.
  CANCELLED: { REFUNDED: ['payment'] },
  REFUNDED: {},
};

export function mayMove(from: OrderStatus, to: OrderStatus, actor: Actor): boolean {
  return TRANSITIONS[from][to]?.includes(actor) ?? false;
}

/** The status before each step of the kitchen, which undoing the step leads back to. */
export const UNDONE_TO = {
  PREPARING: 'PAID',
  READY: 'PREPARING',
  COMPLETED: 'READY',
} as const satisfies Readonly<Partial<Record<OrderStatus, OrderStatus>>>;

export function isStepOfKitchen(status: OrderStatus): status is keyof typeof UNDONE_TO {
  return Object.hasOwn(UNDONE_TO, status);
}

/** The kitchen's queue. */
const KITCHEN_STATUSES = ['PAID', 'PREPARING', 'READY'] as const satisfies readonly OrderStatus[];

export function isInKitchen(status: OrderStatus): boolean {
  return KITCHEN_STATUSES.some((one) => one === status);
}

/** All lines of these are ready, whatever the kitchen said of each. */
export const MADE_STATUSES = ['READY', 'COMPLETED'] as const satisfies readonly OrderStatus[];

export function isMade(status: OrderStatus): boolean {
  return MADE_STATUSES.some((one) => one === status);
}

/** Counted in the sales figures. */
export function isSale(status: OrderStatus): boolean {
  return isInKitchen(status) || status === 'COMPLETED';
}

/** Ended without completion: what is captured for them is refunded. */
export function isVoided(status: OrderStatus): boolean {
  return status === 'REJECTED' || status === 'CANCELLED' || status === 'REFUNDED';
}

/** The step on which an order returns its promotion units and rewards, taken at most once. */
export function isVoidedBeforeHandover(from: OrderStatus, to: OrderStatus): boolean {
  return isVoided(to) && !isVoided(from) && from !== 'COMPLETED';
}
