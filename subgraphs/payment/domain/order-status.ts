/** What an order's status means for paying it. */
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

export type Payability = 'NOT_YET' | 'PAYABLE' | 'PAID' | 'DEAD';

const PAYABILITY: Readonly<Record<OrderStatus, Payability>> = {
  PLACED: 'NOT_YET',
  AWAITING_PAYMENT: 'PAYABLE',
  PAID: 'PAID',
  PREPARING: 'PAID',
  READY: 'PAID',
  COMPLETED: 'PAID',
  REJECTED: 'DEAD',
  CANCELLED: 'DEAD',
  REFUNDED: 'DEAD',
};

export function payability(status: OrderStatus): Payability {
  return PAYABILITY[status];
}

/** An order that can no longer go on: what was captured for it is given back. */
export function isVoided(status: OrderStatus): boolean {
  return PAYABILITY[status] === 'DEAD';
}
